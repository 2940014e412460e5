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

    private static readonly TimeSpan PingDelay = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan PingTimeout = TimeSpan.FromSeconds(10);

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

        // Finds a peer that vanished without a word. Only while calls are under way: grpc-go servers (the Collector) answer pings
        // on an idle connection with GOAWAY "too_many_pings", and count none against a connection that they answer calls on.
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

    // what the handler does by itself, but for the watch
    private static async ValueTask<Stream> Connect(DnsEndPoint endpoint, LinkWatch watch, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
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
