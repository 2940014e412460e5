using System.Buffers;
using OrleansLb.Otlp.Grpc;

namespace OrleansLb.Grains.Sending;

/// <summary>Reads the body of an answer to its end: only then are its trailers there.</summary>
internal static class ResponseMessage
{
    /// <summary>Longest answer that is read, in bytes; the specification allows servers 4 MiB.</summary>
    public const int MaxLength = 4 * 1024 * 1024;

    private const int UsualLength = 512;

    /// <summary>Reads on to the end of the body.</summary>
    /// <returns>
    /// The partial success, null when the answer holds none or cannot be read (the status alone decides whether the request
    /// was taken), and whether the body kept within <see cref="MaxLength"/>.
    /// </returns>
    public static async Task<(PartialSuccess? Partial, bool WithinLimit)> Read(HttpContent content, CancellationToken cancellationToken)
    {
        var stream = await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(UsualLength);
        int length = 0;
        try
        {
            while (true)
            {
                if (length == buffer.Length)
                    buffer = Grow(buffer);
                int read = await stream.ReadAsync(buffer.AsMemory(length), cancellationToken).ConfigureAwait(false);
                if (read == 0)
                    return (Decode(buffer.AsSpan(0, length)), true);
                length += read;
                if (length > GrpcFrame.HeaderLength + MaxLength)
                    return (null, false);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static byte[] Grow(byte[] buffer)
    {
        byte[] grown = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        buffer.CopyTo(grown, 0);
        ArrayPool<byte>.Shared.Return(buffer);
        return grown;
    }

    private static PartialSuccess? Decode(ReadOnlySpan<byte> body)
    {
        if (body.Length <= GrpcFrame.HeaderLength
            || !GrpcFrame.TryReadHeader(body, out bool compressed, out uint length)
            || compressed
            || length != (uint)(body.Length - GrpcFrame.HeaderLength))
            return null;
        return ExportResponse.TryDecode(body[GrpcFrame.HeaderLength..], out var partial) ? partial : null;
    }
}
