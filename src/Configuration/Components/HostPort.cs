using System.Globalization;

namespace OrleansLb.Configuration.Components;

/// <summary>The form of endpoints: <c>host:port</c>, <c>[ipv6]:port</c>, and where it may be left out, no port.</summary>
internal static class HostPort
{
    /// <summary>What is wrong with an endpoint, in the words of Go's <c>net</c>; null when nothing is.</summary>
    public static string? Check(string endpoint, bool portRequired)
    {
        if (endpoint.Length == 0)
            return "is an empty address";

        int colon = endpoint.LastIndexOf(':');
        bool bracketed = endpoint.StartsWith('[');
        int hostEnd = bracketed ? endpoint.IndexOf(']', StringComparison.Ordinal) + 1 : Math.Max(colon, 0);
        if (bracketed && hostEnd == 0)
            return $"address {endpoint}: missing ']' in address";
        if (colon < hostEnd || colon < 0)
            return portRequired ? $"address {endpoint}: missing port in address" : null;
        if (!bracketed && endpoint.AsSpan(0, colon).Contains(':'))
            return $"address {endpoint}: too many colons in address";
        if (bracketed && colon != hostEnd)
            return $"address {endpoint}: invalid address";
        if (!portRequired && colon == 0)
            return $"address {endpoint}: missing host in address";
        return IsPort(endpoint.AsSpan(colon + 1)) ? null : $"address {endpoint}: invalid port";
    }

    public static bool IsPort(ReadOnlySpan<char> text) =>
        ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _);
}
