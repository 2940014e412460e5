using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace OrleansLb.Testing;

/// <summary>
/// A TCP proxy before a backend that can go silent: what comes on the connections of that time is swallowed in both directions and they stay
/// open, as when a pod behind a virtual address was replaced. Later connections work.
/// </summary>
public sealed class SilentProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentBag<Socket> _sockets = [];
    private readonly int _port;
    private readonly Action<ReadOnlyMemory<byte>>? _watch;
    private readonly Task _accepting;
    private volatile TaskCompletionSource _silenced = new();
    private int _connections;

    /// <summary>Starts to listen on a free loopback port.</summary>
    /// <param name="port">Where the backend listens.</param>
    /// <param name="watch">Sees what clients send.</param>
    public SilentProxy(int port, Action<ReadOnlyMemory<byte>>? watch = null)
    {
        (_port, _watch) = (port, watch);
        _listener.Start();
        Endpoint = _listener.LocalEndpoint.ToString()!;
        _accepting = Accept();
    }

    /// <summary>Where clients go instead.</summary>
    public string Endpoint { get; }

    /// <summary>How many connections were made so far.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Whatever is sent from now on through the connections that exist goes nowhere.</summary>
    public void Silence() => Interlocked.Exchange(ref _silenced, new TaskCompletionSource()).SetResult();

    /// <summary>Cuts everything.</summary>
    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _accepting;
        foreach (var socket in _sockets)
            socket.Dispose();
    }

    private async Task Accept()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptSocketAsync();
                Interlocked.Increment(ref _connections);
                var backend = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                client.NoDelay = true;
                _sockets.Add(client);
                _sockets.Add(backend);
                await backend.ConnectAsync(IPAddress.Loopback, _port);
                var silenced = _silenced.Task;
                _ = Forward(client, backend, silenced, _watch);
                _ = Forward(backend, client, silenced, null);
            }
        }
        catch (Exception fault) when (fault is SocketException or InvalidOperationException)
        {
            // stopped
        }
    }

    private static async Task Forward(Socket from, Socket to, Task silenced, Action<ReadOnlyMemory<byte>>? watch)
    {
        byte[] buffer = new byte[64 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer) is > 0 and var length)
            {
                watch?.Invoke(buffer.AsMemory(0, length));
                if (!silenced.IsCompleted)
                    await to.SendAsync(buffer.AsMemory(0, length));
            }

            if (!silenced.IsCompleted)
                to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception fault) when (fault is SocketException or InvalidOperationException)
        {
            // one side has gone
        }
    }
}
