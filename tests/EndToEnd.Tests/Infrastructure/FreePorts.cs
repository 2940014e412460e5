using System.Net;
using System.Net.Sockets;

namespace OrleansLb.EndToEnd.Tests.Infrastructure;

/// <summary>Ports for programs whose log cannot be asked.</summary>
internal static class FreePorts
{
    /// <summary>A port of the loopback that nobody had a moment ago.</summary>
    public static int Next()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
