using OrleansLb.Otlp.Compression.Deflate;
using OrleansLb.Otlp.Memory;

namespace OrleansLb.Otlp.Compression;

/// <summary>Compresses messages into pooled payloads, with an encoder of our own that is made for requests of 10 KB to 1 MB.</summary>
public static class GzipEncoder
{
    /// <summary>One gzip member that holds the message, as a framed payload with <see cref="ContentCoding.Gzip"/>; the same message gives the same bytes.</summary>
    /// <remarks>Allocates nothing but the payload; what does not shrink is stored and grows by 24 bytes, and by 6 more for every 32,000.</remarks>
    public static Payload Encode(PayloadPool pool, ReadOnlySpan<byte> message)
    {
        ArgumentNullException.ThrowIfNull(pool);
        var encoder = DeflateEncoderPool.Take();
        var payload = encoder.Encode(pool, message);
        DeflateEncoderPool.GiveBack(encoder);
        return payload;
    }
}
