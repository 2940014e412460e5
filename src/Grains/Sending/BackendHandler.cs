using System.Net;
using System.Net.Sockets;
using OrleansLb.Grains.Membership;
using OrleansLb.Grains.Options;

namespace OrleansLb.Grains.Sending;

/// <summary>The connections to one backend.</summary>
internal static class BackendHandler
{
    /// <summary>Time for TCP and TLS set-up.</summary>
    public static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    // Servers of grpc-go, grpc-java and grpc-core count a ping that comes within five minutes of the last one as a strike, unless they have
    // sent headers or data in between, and answer the third one with GOAWAY "too_many_pings"
    // (https://github.com/grpc/proposal/blob/master/A8-client-side-keepalive.md). So a call that takes its backend a minute may be asked for twice
    // at most, and none is: what is dead shows by its silence (LinkKeeper) or to TCP. A ping finds what neither of them does.
    private static readonly TimeSpan PingDelay = TimeSpan.FromSeconds(310);
    private static readonly TimeSpan PingTimeout = TimeSpan.FromSeconds(10);

    // TCP finds a peer dead that acknowledges nothing for eight seconds: by probes on a silent connection, by the age of what was sent on
    // another one. Then the calls that are under way end, which a long `timeout` or none at all would keep waiting.
    private const int ProbesAfterSeconds = 5;
    private const int SecondsBetweenProbes = 1;
    private const int Probes = 3;
    private const int LongestUnacknowledgedMilliseconds = 8000;
    private const int LevelTcp = 6;
    private const int TcpUserTimeout = 18;

    /// <summary>A new set of connections.</summary>
    /// <param name="watch">Hears what they show.</param>
    public static SocketsHttpHandler Create(LinkWatch watch) => new()
    {
        ConnectCallback = (context, cancellationToken) => Connect(context.DnsEndPoint, watch, cancellationToken),
        SslOptions = { RemoteCertificateValidationCallback = (_, certificate, chain, errors) => watch.Accepts(certificate, chain, errors) },
        ConnectTimeout = ConnectTimeout,
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        ActivityHeadersPropagator = null,

        // A further connection is opened only when the backend's limit of concurrent streams is reached.
        EnableMultipleHttp2Connections = true,

        // Longer than a lull between two batches: the first part after it should not pay for a handshake.
        PooledConnectionIdleTimeout = TimeSpan.FromMinutes(10),

        KeepAlivePingDelay = PingDelay,
        KeepAlivePingTimeout = PingTimeout,
        KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
    };

    /// <summary>Where to dial.</summary>
    /// <param name="endpoint">The backend.</param>
    /// <param name="options">How to talk to it.</param>
    /// <param name="error">What is wrong with the endpoint when the answer is null.</param>
    public static Uri? AddressOf(string endpoint, ClientOptions options, out string? error)
    {
        if (!HostPort.TryParseBackend(endpoint, out var target, out error))
            return null;
        string authority = BackendEndpoint.WithDefaultPort(target.ToString());
        if (Uri.TryCreate($"{(options.Insecure ? "http" : "https")}://{authority}/", UriKind.Absolute, out var address))
            return address;
        error = $"address {endpoint}: invalid address";
        return null;
    }

    /// <summary>A socket that notices when its peer is gone.</summary>
    public static Socket CreateSocket()
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, ProbesAfterSeconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, SecondsBetweenProbes);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, Probes);
        if (OperatingSystem.IsLinux())
            socket.SetRawSocketOption(LevelTcp, TcpUserTimeout, BitConverter.GetBytes(LongestUnacknowledgedMilliseconds));
        return socket;
    }

    // what the handler does by itself, but for the watch and the options of the socket
    private static async ValueTask<Stream> Connect(DnsEndPoint endpoint, LinkWatch watch, CancellationToken cancellationToken)
    {
        var socket = CreateSocket();
        try
        {
            await socket.ConnectAsync(endpoint, cancellationToken).ConfigureAwait(false);
            return watch.Watch(new NetworkStream(socket, ownsSocket: true));
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
