namespace OrleansLb.Otlp.Grpc;

/// <summary>Values of headers whose names end in <c>-bin</c>: base64, whose padding the sender may leave out.</summary>
public static class GrpcBinaryHeader
{
    /// <summary>The header value of some bytes, without padding.</summary>
    public static string Encode(ReadOnlySpan<byte> bytes) => Convert.ToBase64String(bytes).TrimEnd('=');

    /// <summary>The bytes of a header value, with or without padding; false when it is not base64.</summary>
    public static bool TryDecode(string value, out byte[] bytes)
    {
        ArgumentNullException.ThrowIfNull(value);
        string padded = (value.Length % 4) switch
        {
            2 => value + "==",
            3 => value + "=",
            _ => value,
        };
        bytes = new byte[padded.Length / 4 * 3];
        if (!Convert.TryFromBase64String(padded, bytes, out int written))
        {
            bytes = [];
            return false;
        }

        bytes = bytes[..written];
        return true;
    }
}
