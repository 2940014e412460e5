using System.Net;
using System.Net.Sockets;

namespace OrleansLb.Grains.Tests.Sending;

/// <summary>A TCP server on a loopback port that does with each connection what a test says.</summary>
internal sealed class RawBackend : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Func<NetworkStream, Task> _serve;
    private readonly Task _accepting;

    public RawBackend(Func<NetworkStream, Task> serve)
    {
        _serve = serve;
        _listener.Start();
        Endpoint = _listener.LocalEndpoint.ToString()!;
        _accepting = Accept();
    }

    public string Endpoint { get; }

    /// <summary>Reads what a client says first, says something, and hangs up.</summary>
    public static RawBackend Saying(ReadOnlyMemory<byte> answer) => new(async stream =>
    {
        _ = await stream.ReadAtLeastAsync(new byte[4096], 1, throwOnEndOfStream: false);
        await stream.WriteAsync(answer);
    });

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _accepting;
    }

    private async Task Accept()
    {
        try
        {
            while (true)
                _ = Serve(await _listener.AcceptSocketAsync());
        }
        catch (Exception fault) when (fault is SocketException or InvalidOperationException)
        {
            // stopped
        }
    }

    private async Task Serve(Socket socket)
    {
        await using var stream = new NetworkStream(socket, ownsSocket: true);
        try
        {
            await _serve(stream);
        }
        catch (IOException)
        {
            // the client has gone
        }
    }
}
