using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace OrleansLb.EndToEnd.Tests.Infrastructure;

/// <summary>A backend that accepts connections, and then neither reads nor answers.</summary>
internal sealed class BlackHole : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentBag<Socket> _swallowed = [];
    private readonly Task _accepting;

    public BlackHole()
    {
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    public int Port { get; }

    public string Endpoint => $"{IPAddress.Loopback}:{Port}";

    /// <summary>Closes everything; the port is free for a backend.</summary>
    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _accepting;
        foreach (var socket in _swallowed)
        {
            // what was never read would keep the port for a while
            socket.Close(timeout: 0);
        }

        _listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _swallowed.Add(await _listener.AcceptSocketAsync());
        }
        catch (SocketException)
        {
            // stopped
        }
        catch (ObjectDisposedException)
        {
            // stopped, too
        }
    }
}
