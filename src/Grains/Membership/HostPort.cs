using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace OrleansLb.Grains.Membership;

/// <summary>
/// The one syntax of endpoints, whatever they are for: <c>host:port</c>, <c>1.2.3.4:port</c>, <c>[IPv6]:port</c>. What it reads can be
/// dialled; what could only fail later is refused with the reason. Blanks around an endpoint are no part of it.
/// </summary>
/// <param name="Host">A name or an address without brackets, an IPv6 address with its zone; empty when a listener takes every address.</param>
/// <param name="Port">The port; null when there is none.</param>
public readonly record struct HostPort(string Host, int? Port)
{
    private const int LongestHost = 253;
    private const int LongestLabel = 63;
    private const int MostPortDigits = 5;
    private const int FewestAmbiguousDigits = 4;
    private const string SchemeEnd = "://";

    // https://github.com/grpc/grpc/blob/master/doc/naming.md, and what people put before a host beside these
    private static readonly string[] Schemes =
        ["dns", "passthrough", "unix", "unix-abstract", "ipv4", "ipv6", "vsock", "xds", "http", "https", "grpc", "grpcs", "tcp", "otlp"];

    private static readonly SearchValues<char> HostCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._");

    private static readonly SearchValues<char> AddressCharacters = SearchValues.Create("0123456789.");

    private bool IsIPv6 => Host.Contains(':', StringComparison.Ordinal);

    /// <summary>Reads what a client dials: <c>host</c>, <c>host:port</c>, <c>[IPv6]</c>, <c>[IPv6]:port</c> or a bare IPv6 address. The port is from 1 to 65535.</summary>
    /// <param name="text">The endpoint.</param>
    /// <param name="endpoint">What it says.</param>
    /// <param name="error">What is wrong with it, in words that follow its name, when the answer is false; those of Go's <c>net</c> where it has some.</param>
    public static bool TryParseBackend(string text, out HostPort endpoint, [NotNullWhen(false)] out string? error)
    {
        ArgumentNullException.ThrowIfNull(text);
        string trimmed = text.Trim();
        error = TrySplit(trimmed, out endpoint);
        if (error is null && endpoint.Host.Length == 0)
            error = $"address {trimmed}: missing host in address";
        else if (error is null && endpoint.Port == 0)
            error = $"address {trimmed}: invalid port, it must be from 1 to {IPEndPoint.MaxPort}";
        return error is null;
    }

    /// <summary>Reads where a listener listens: <c>host:port</c>, <c>[IPv6]:port</c>, <c>:port</c> or <c>*:port</c>. The port is from 0 to 65535.</summary>
    /// <param name="text">The endpoint.</param>
    /// <param name="endpoint">What it says.</param>
    /// <param name="error">What is wrong with it, in words that follow its name, when the answer is false.</param>
    public static bool TryParseListener(string text, out HostPort endpoint, [NotNullWhen(false)] out string? error)
    {
        ArgumentNullException.ThrowIfNull(text);
        string trimmed = text.Trim();
        bool everywhere = trimmed.StartsWith("*:", StringComparison.Ordinal);
        error = TrySplit(everywhere ? trimmed[1..] : trimmed, out endpoint);
        if (everywhere && error is null)
            endpoint = endpoint with { Host = "*" };
        else if (error is null && endpoint.Port is null)
            error = $"address {trimmed}: missing port in address";
        return error is null;
    }

    /// <summary>Reads a port that stands alone.</summary>
    public static bool TryParsePort(ReadOnlySpan<char> text, out int port) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && text.Length <= MostPortDigits && port <= IPEndPoint.MaxPort;

    /// <summary>The endpoint as it is dialled, with brackets where they are needed.</summary>
    public override string ToString()
    {
        string host = IsIPv6 ? $"[{Host}]" : Host;
        return Port is { } port ? string.Create(CultureInfo.InvariantCulture, $"{host}:{port}") : host;
    }

    // The error, or null.
    private static string? TrySplit(string text, out HostPort endpoint)
    {
        endpoint = default;
        if (ForeignPart(text) is { } foreign)
            return foreign;
        if (text.StartsWith('['))
            return TrySplitBracketed(text, out endpoint);

        int colon = text.LastIndexOf(':');
        if (colon < 0)
            (endpoint, colon) = (new HostPort(text, null), text.Length);
        else if (text.AsSpan(0, colon).Contains(':'))
            return TryReadBareIPv6(text, colon, out endpoint);
        else if (TryParsePort(text.AsSpan(colon + 1), out int port))
            endpoint = new HostPort(text[..colon], port);
        else
            return $"address {text}: invalid port";
        return FaultOfHost(text, endpoint.Host);
    }

    private static string? TrySplitBracketed(string text, out HostPort endpoint)
    {
        endpoint = default;
        int end = text.IndexOf(']', StringComparison.Ordinal);
        if (end < 0)
            return $"address {text}: missing ']' in address";
        string host = text[1..end];
        if (!IsIPv6Address(host))
            return $"address {text}: \"{host}\" is no IPv6 address";
        if (end == text.Length - 1)
            endpoint = new HostPort(host, null);
        else if (text[end + 1] != ':')
            return $"address {text}: invalid address";
        else if (TryParsePort(text.AsSpan(end + 2), out int port))
            endpoint = new HostPort(host, port);
        else
            return $"address {text}: invalid port";
        return null;
    }

    private static string? TryReadBareIPv6(string text, int lastColon, out HostPort endpoint)
    {
        endpoint = default;
        if (!IsIPv6Address(text))
            return $"address {text}: too many colons in address";

        // fd00::6:4317 is an address, and hardly ever meant as one
        bool mayEndInPort = text.Length - lastColon > FewestAmbiguousDigits
            && !text.AsSpan(lastColon + 1).ContainsAnyExceptInRange('0', '9') && IsIPv6Address(text[..lastColon]);
        if (mayEndInPort)
            return $"address {text}: too many colons in address, write [{text[..lastColon]}]{text[lastColon..]} or [{text}]";
        endpoint = new HostPort(text, null);
        return null;
    }

    // What belongs to URLs, gRPC targets and lists.
    private static string? ForeignPart(string text)
    {
        if (text.Length == 0)
            return "is an empty address";
        if (SchemeOf(text) is { } scheme)
            return $"names the scheme {scheme}, leave it out";
        if (text.Contains(','))
            return "holds several endpoints, each needs an entry of its own";
        if (text.Contains('@'))
            return "names a user before the @, leave it out";
        if (text.AsSpan().ContainsAny("/?#\\"))
            return "has a path, leave it out";
        foreach (char character in text)
        {
            if (char.IsWhiteSpace(character))
                return "holds a blank";
        }

        return null;
    }

    private static string? SchemeOf(string text)
    {
        int end = text.IndexOf(SchemeEnd, StringComparison.Ordinal);
        if (end > 0)
            return text[..end];

        // "dns:4317" is a host with a port
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && Array.IndexOf(Schemes, text[..colon]) >= 0 && !TryParsePort(text.AsSpan(colon + 1), out _) ? text[..colon] : null;
    }

    private static string? FaultOfHost(string text, string host)
    {
        // neither the Collector nor this program writes names of other scripts in the form that the DNS knows
        if (!Ascii.IsValid(host))
            return $"address {text}: the host is not ASCII, write it in its xn-- form";
        if (host.AsSpan().ContainsAnyExcept(HostCharacters))
            return $"address {text}: invalid character '{host[host.AsSpan().IndexOfAnyExcept(HostCharacters)]}' in host name";

        // 127.1, 010.0.0.1 and 256.1.1.1 mean one thing to one library and another, or a name, to the next
        bool readsAsAddress = IPAddress.TryParse(host, out var address);
        if ((readsAsAddress && address!.ToString() != host) || (!readsAsAddress && host.Length > 0 && !host.AsSpan().ContainsAnyExcept(AddressCharacters)))
            return $"address {text}: \"{host}\" is no IPv4 address";
        return readsAsAddress || host.Length == 0 || (IsName(host) && CanBeDialled(host)) ? null : $"address {text}: \"{host}\" is no host name";
    }

    // RFC 1123 and, since containers have them in practice, underscores; a dot at the end makes a name absolute.
    private static bool IsName(ReadOnlySpan<char> host)
    {
        if (host[^1] == '.')
            host = host[..^1];
        if (host.Length > LongestHost)
            return false;
        foreach (var range in host.Split('.'))
        {
            var label = host[range];
            if (label.Length is 0 or > LongestLabel || label[0] == '-' || label[^1] == '-')
                return false;
        }

        return true;
    }

    // Uri has more rules, as that no label begins with an underscore when the first one begins with a digit
    private static bool CanBeDialled(string host) => Uri.TryCreate($"http://{host}/", UriKind.Absolute, out _);

    // The zone is looked at here: whether an interface of that name exists is for whoever dials.
    private static bool IsIPv6Address(string text)
    {
        int percent = text.IndexOf('%', StringComparison.Ordinal);
        var zone = percent < 0 ? default : text.AsSpan(percent + 1);
        return (percent < 0 || (zone.Length > 0 && !zone.ContainsAnyExcept(HostCharacters)))
            && text.AsSpan().IndexOfAny('[', ']') < 0
            && IPAddress.TryParse(percent < 0 ? text : text.AsSpan(0, percent), out var address)
            && address.AddressFamily == AddressFamily.InterNetworkV6;
    }
}
