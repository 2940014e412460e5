using System.Security.Authentication;
using System.Text;

namespace OrleansLb.Grains.Sending;

/// <summary>
/// Explains why a backend could not be talked to: in one line its endpoint, what was found, and what to change. It goes by what the backend
/// said first, since what the runtime says of a protocol that it did not expect ("corrupted frame", "response ended prematurely") helps nobody.
/// </summary>
internal static class LinkFault
{
    // RFC 8446, 5.1: the type of a record, and the first byte of its version
    private const byte AlertRecord = 0x15;
    private const byte HandshakeRecord = 0x16;
    private const byte TlsVersion = 0x03;

    // RFC 9113, 4.1 and 3.4: a length of 24 bits, then the type. A server begins with SETTINGS; one that is shocked, with GOAWAY
    private const int FrameTypeOffset = 3;
    private const byte SettingsFrame = 0x04;
    private const byte GoAwayFrame = 0x07;
    private const long Http11Required = 0xD;

    private const string PlainIsMeant = "if plain text is meant, set tls.insecure to true in the client block";
    private const string TlsIsMeant = "if TLS is meant, remove tls.insecure from the client block";
    private const string OtherPort = "OTLP/gRPC has 4317 by default, OTLP/HTTP 4318";

    /// <summary>The words for a fault.</summary>
    /// <param name="fault">What the runtime threw.</param>
    /// <param name="endpoint">The backend.</param>
    /// <param name="insecure">Whether it is talked to in plain text.</param>
    /// <param name="watch">What its connections have shown.</param>
    public static string Explain(Exception fault, string endpoint, bool insecure, LinkWatch watch)
    {
        string said = fault.GetBaseException().Message;
        if (fault is OperationCanceledException)
            return $"no connection to {endpoint}: {said}";
        if (watch.Greeting is not { } greeting || !IsOfConnection(fault))
            return said;
        return insecure ? ExplainPlain(said, fault, endpoint, greeting) : ExplainTls(said, fault, endpoint, greeting, watch.CertificateFault);
    }

    private static string ExplainPlain(string said, Exception fault, string endpoint, byte[] greeting)
    {
        if (IsTls(greeting))
            return $"{endpoint} speaks TLS and is talked to in plain text: {TlsIsMeant}";
        if (StatusLineOf(greeting) is { } line)
        {
            // Go and nginx say so when a port of TLS is talked to in plain text
            string text = Encoding.Latin1.GetString(greeting);
            return text.Contains("HTTPS", StringComparison.Ordinal)
                ? $"{endpoint} speaks TLS and is talked to in plain text ({line}): {TlsIsMeant}"
                : $"{endpoint} answers HTTP/2 with HTTP/1 ({line}): no gRPC server listens there, or a proxy does that speaks no HTTP/2; {OtherPort}";
        }

        if (greeting.Length == 0)
            return $"{endpoint} closes the connection without a word of HTTP/2 ({said}); {TlsIsMeant}";
        if (WantsHttp1(fault))
            return $"{endpoint} wants HTTP/1.1: no gRPC server listens there; {OtherPort}";
        return IsHttp2(greeting) ? said : $"{endpoint} does not speak HTTP/2 ({said}): no gRPC server listens there; {OtherPort}";
    }

    private static string ExplainTls(string said, Exception fault, string endpoint, byte[] greeting, string? certificateFault)
    {
        if (StatusLineOf(greeting) is { } line)
            return $"{endpoint} does not speak TLS, it answers the handshake with plain HTTP/1 ({line}): {PlainIsMeant}; {OtherPort}";
        if (IsHttp2(greeting))
            return $"{endpoint} does not speak TLS, it answers the handshake with plain HTTP/2: {PlainIsMeant}";
        if (greeting.Length == 0)
            return $"{endpoint} closes the connection during the TLS handshake without a word ({said}); {PlainIsMeant}";
        if (!IsTls(greeting))
            return $"{endpoint} does not speak TLS ({said}): {PlainIsMeant}";
        if (certificateFault is not null)
            return $"the certificate of {endpoint} is refused: {certificateFault}";
        return Find<AuthenticationException>(fault) is not null ? $"the TLS handshake with {endpoint} failed: {said}" : said;
    }

    // A connection that was refused, or could not be made in time, has said nothing.
    private static bool IsOfConnection(Exception fault) =>
        fault is not HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError };

    private static bool IsTls(ReadOnlySpan<byte> greeting) => greeting is [AlertRecord or HandshakeRecord, TlsVersion, ..];

    private static bool IsHttp2(ReadOnlySpan<byte> greeting) =>
        greeting.Length > FrameTypeOffset && greeting[0] == 0 && greeting[FrameTypeOffset] is SettingsFrame or GoAwayFrame;

    private static string? StatusLineOf(ReadOnlySpan<byte> greeting)
    {
        if (!greeting.StartsWith("HTTP/1."u8))
            return null;
        int end = greeting.IndexOfAnyExceptInRange((byte)' ', (byte)'~');
        return Encoding.ASCII.GetString(end < 0 ? greeting : greeting[..end]);
    }

    private static bool WantsHttp1(Exception fault) => Find<HttpProtocolException>(fault) is { ErrorCode: Http11Required };

    private static T? Find<T>(Exception fault)
        where T : Exception
    {
        for (Exception? inner = fault; inner is not null; inner = inner.InnerException)
        {
            if (inner is T found)
                return found;
        }

        return null;
    }
}
