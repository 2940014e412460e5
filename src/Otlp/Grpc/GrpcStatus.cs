namespace OrleansLb.Otlp.Grpc;

/// <summary>How a call ended.</summary>
/// <param name="Code">The status code; a number outside the canonical ones reads as <see cref="GrpcStatusCode.Unknown"/>.</param>
/// <param name="Message">What the other side says about it, for people.</param>
/// <param name="RetryDelay">The delay of an attached <c>google.rpc.RetryInfo</c>; null when there is none. Zero is a RetryInfo without a delay.</param>
public readonly record struct GrpcStatus(GrpcStatusCode Code, string? Message = null, TimeSpan? RetryDelay = null)
{
    /// <summary>Success.</summary>
    public static GrpcStatus Ok => default;

    /// <summary>Whether the call succeeded.</summary>
    public bool IsOk => Code == GrpcStatusCode.Ok;

    /// <summary>The code for a number on the wire.</summary>
    public static GrpcStatusCode CodeOf(long number) =>
        number is >= 0 and <= (long)GrpcStatusCode.Unauthenticated ? (GrpcStatusCode)number : GrpcStatusCode.Unknown;

    /// <summary>Reads the value of a <c>grpc-status</c> header or trailer.</summary>
    public static bool TryParseCode(ReadOnlySpan<char> value, out GrpcStatusCode code)
    {
        bool parsed = int.TryParse(value, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out int number);
        code = parsed ? CodeOf(number) : GrpcStatusCode.Unknown;
        return parsed;
    }
}
