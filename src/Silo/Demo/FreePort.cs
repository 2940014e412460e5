using System.Net;
using System.Net.Sockets;

namespace OrleansLb.Silo.Demo;

/// <summary>Ports that nobody listens on. Another program may take one before it is used; then the child says so.</summary>
internal static class FreePort
{
    /// <summary>As many different free ports as asked for. No address of 127.0.0.0/8 listens on them.</summary>
    public static int[] Take(int count)
    {
        // Bound on every address and held together, so that they differ and are free on each loopback address.
        var sockets = Enumerable.Range(0, count).Select(static _ => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)).ToArray();
        try
        {
            foreach (var socket in sockets)
                socket.Bind(new IPEndPoint(IPAddress.Any, 0));
            return [.. sockets.Select(static s => ((IPEndPoint)s.LocalEndPoint!).Port)];
        }
        finally
        {
            foreach (var socket in sockets)
                socket.Dispose();
        }
    }
}
