using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Pipelines;
using System.Runtime.InteropServices;
using OrleansLb.Otlp.Memory;

namespace OrleansLb.Silo.Sink;

/// <summary>Reads the one framed message of a unary gRPC request into pooled memory.</summary>
internal static class UnaryBody
{
    /// <summary>Largest message, on the wire and uncompressed.</summary>
    public const int MaxMessageLength = 64 << 20;

    /// <summary>The message as it came; null when the body is not exactly one frame.</summary>
    public static async ValueTask<Payload?> ReadAsync(PipeReader reader, CancellationToken cancellationToken)
    {
        var first = await reader.ReadAtLeastAsync(Payload.FrameHeaderLength, cancellationToken).ConfigureAwait(false);
        if (!TryReadHeader(first.Buffer, out bool compressed, out int length))
            return null;
        reader.AdvanceTo(first.Buffer.GetPosition(Payload.FrameHeaderLength));

        using var buffer = PayloadPool.Shared.Rent(length);
        int written = 0;
        while (true)
        {
            var result = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (written + result.Buffer.Length > length)
                return null;
            result.Buffer.CopyTo(buffer.Message.Span[written..]);
            written += (int)result.Buffer.Length;
            reader.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
                break;
        }
        return written == length
            ? buffer.Seal(length, compressed ? Otlp.ContentCoding.Gzip : Otlp.ContentCoding.Identity)
            : null;
    }

    /// <summary>The message uncompressed; null when it is no gzip stream or inflates beyond <see cref="MaxMessageLength"/>.</summary>
    public static Payload? Inflate(Payload compressed)
    {
        using var buffer = PayloadPool.Shared.Rent(Math.Min(compressed.Length * 8, MaxMessageLength));
        using var source = StreamOver(compressed.Message);
        using var gzip = new GZipStream(source, CompressionMode.Decompress);
        int written = 0;
        try
        {
            while (gzip.Read(buffer.Message.Span[written..]) is var read and > 0)
            {
                written += read;
                if (written > MaxMessageLength)
                    return null;
                if (written == buffer.Capacity)
                    buffer.Grow(written * 2, Payload.FrameHeaderLength + written);
            }
        }
        catch (InvalidDataException)
        {
            return null;
        }
        return buffer.Seal(written);
    }

    private static MemoryStream StreamOver(ReadOnlyMemory<byte> bytes) => MemoryMarshal.TryGetArray(bytes, out var array)
        ? new MemoryStream(array.Array!, array.Offset, array.Count, writable: false)
        : new MemoryStream(bytes.ToArray(), writable: false);

    private static bool TryReadHeader(ReadOnlySequence<byte> body, out bool compressed, out int length)
    {
        (compressed, length) = (false, 0);
        if (body.Length < Payload.FrameHeaderLength)
            return false;

        Span<byte> header = stackalloc byte[Payload.FrameHeaderLength];
        body.Slice(0, Payload.FrameHeaderLength).CopyTo(header);
        uint announced = BinaryPrimitives.ReadUInt32BigEndian(header[1..]);
        if (header[0] > 1 || announced > MaxMessageLength)
            return false;
        (compressed, length) = (header[0] == 1, (int)announced);
        return true;
    }
}
