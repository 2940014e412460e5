using System.Buffers.Binary;
using System.IO.Compression;
using OrleansLb.Otlp.Memory;

namespace OrleansLb.Otlp.Compression;

/// <summary>Decompresses messages into pooled payloads, and never further than a limit: a bomb costs no more memory than an honest message.</summary>
public static class GzipDecoder
{
    // shorter than the shortest gzip member
    private const int ShortestMember = 18;
    private const int SmallestOutput = 1024;

    // how far the length that a message claims for itself is believed before anything is decompressed
    private const int BelievedRatio = 16;

    /// <summary>Decompresses one message of one or more gzip members.</summary>
    /// <param name="pool">Where the memory comes from, as far as it has some for what can be refused.</param>
    /// <param name="compressed">The message, without a frame header.</param>
    /// <param name="limit">Largest length of the decompressed message in bytes.</param>
    /// <param name="payload">The decompressed message; the caller owns it. Null unless the result is <see cref="GzipResult.Ok"/>.</param>
    public static GzipResult TryDecode(PayloadPool pool, ReadOnlyMemory<byte> compressed, long limit, out Payload? payload)
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentOutOfRangeException.ThrowIfNegative(limit);
        payload = null;
        if (compressed.Length < ShortestMember)
            return GzipResult.Corrupt;

        int sealLength = SealedGzipStream.SealContent.Length;
        int ceiling = (int)Math.Min(limit, Array.MaxLength - 64) + sealLength;
        using var source = new SealedGzipStream(compressed);
        using var gzip = new GZipStream(source, CompressionMode.Decompress, leaveOpen: true);
        using var buffer = pool.TryRent(Math.Min(ceiling, FirstGuess(compressed.Span) + sealLength + 1));
        if (buffer is null)
            return GzipResult.NoMemory;
        int written = 0;
        try
        {
            while (written < ceiling)
            {
                if (written == buffer.Capacity && !buffer.TryGrow((int)Math.Min(ceiling, 2L * written), written + Payload.FrameHeaderLength))
                    return GzipResult.NoMemory;

                // the pool may give more than was asked for, and the limit must hold all the same
                int room = Math.Min(buffer.Capacity, ceiling) - written;
                int read = gzip.Read(buffer.Message.Span.Slice(written, room));
                if (read == 0)
                    break;
                written += read;
            }
        }
        catch (InvalidDataException)
        {
            return GzipResult.Corrupt;
        }

        if (source.SealRead && buffer.Message.Span[..written].EndsWith(SealedGzipStream.SealContent))
        {
            payload = buffer.Seal(written - sealLength);
            return GzipResult.Ok;
        }

        return written == ceiling ? GzipResult.TooLarge : GzipResult.Corrupt;
    }

    // the last member's length modulo 2^32 is in its last four bytes
    private static int FirstGuess(ReadOnlySpan<byte> compressed)
    {
        uint claimed = BinaryPrimitives.ReadUInt32LittleEndian(compressed[^sizeof(uint)..]);
        return (int)Math.Max(SmallestOutput, Math.Min(claimed, Math.Min((long)compressed.Length * BelievedRatio, int.MaxValue / 2)));
    }
}
