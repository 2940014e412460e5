using System.Diagnostics.CodeAnalysis;
using OrleansLb.Grains.Membership;

namespace OrleansLb.Ingress.Receivers;

/// <summary>Where a listener listens, in the forms <c>host:port</c>, <c>localhost:port</c>, <c>[IPv6]:port</c> and <c>:port</c>.</summary>
/// <param name="Host">Host name or address without brackets; empty for every address of the machine.</param>
/// <param name="Port">The port; 0 lets the system choose.</param>
public readonly record struct ListenEndpoint(string Host, int Port)
{
    private const string Localhost = "localhost";

    /// <summary>Whether both loopback addresses are meant.</summary>
    public bool IsLocalhost => string.Equals(Host, Localhost, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether every address of the machine, IPv4 and IPv6, is meant.</summary>
    public bool IsAnyAddress => Host is "" or "*" or "::";

    /// <summary>Reads an endpoint; false when it has none of the forms.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out ListenEndpoint endpoint)
    {
        endpoint = default;
        if (text is null || !HostPort.TryParseListener(text, out var parsed, out _))
            return false;
        endpoint = new ListenEndpoint(parsed.Host, parsed.Port!.Value);
        return true;
    }

    /// <summary>The same port on loopback only, if this endpoint names every address; otherwise itself.</summary>
    public ListenEndpoint OnLoopback() => Host switch
    {
        "0.0.0.0" => this with { Host = "127.0.0.1" },
        _ when IsAnyAddress => this with { Host = Localhost },
        _ => this,
    };

    /// <inheritdoc/>
    public override string ToString() => new HostPort(Host, Port).ToString();
}
