using System.Net;
using Microsoft.AspNetCore.Connections;

namespace OrleansLb.Clustering.Hosting;

/// <summary>Lets a client without certificates talk to gateways on its own machine only.</summary>
internal static class PlainTextGuard
{
    public static void Refuse(IConnectionBuilder connections) => connections.Use(next => connection =>
        connection.RemoteEndPoint is IPEndPoint { Address: var address } && !IPAddress.IsLoopback(address)
            ? throw new ConnectionAbortedException(
                $"the gateway at {address} is reached in plain text over the network: give certificates in the block tls, or say insecure = true where the network itself is trusted")
            : next(connection));
}
