using System.Net;
using System.Net.Sockets;

namespace OrleansLb.Grains.Membership;

/// <summary>The endpoint strings of backends: what resolvers yield, rings hash and clients dial.</summary>
public static class BackendEndpoint
{
    /// <summary>The port of OTLP/gRPC, for endpoints that name none.</summary>
    public const string DefaultPort = "4317";

    /// <summary>
    /// The <c>host:port</c> to dial. Rings hash the endpoint as the resolver gave it; only the client adds the port.
    /// What is no endpoint stays as it is, for the client to refuse. The Collector leaves everything with a colon as it is, so <c>[::1]</c> and <c>::1</c> never reach a port there; here they get one.
    /// </summary>
    public static string WithDefaultPort(string endpoint)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        return HostPort.TryParseBackend(endpoint, out var parsed, out _) && parsed.Port is null ? $"{parsed}:{DefaultPort}" : endpoint;
    }

    /// <summary>The endpoint of an address: <c>1.2.3.4:4317</c>, <c>[fe80::1%2]:4317</c>; without a port, <c>1.2.3.4</c> or <c>[::1]</c>.</summary>
    public static string Of(IPAddress address, string port)
    {
        ArgumentNullException.ThrowIfNull(address);
        string host = address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{address}]" : address.ToString();
        return string.IsNullOrEmpty(port) ? host : $"{host}:{port}";
    }
}
