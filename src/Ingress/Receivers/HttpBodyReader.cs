using System.Buffers;
using System.IO.Pipelines;
using OrleansLb.Otlp;
using OrleansLb.Otlp.Memory;

namespace OrleansLb.Ingress.Receivers;

/// <summary>Reads the body of an OTLP/HTTP request into a pooled buffer.</summary>
internal static class HttpBodyReader
{
    private const int FirstCapacity = 64 * 1024;

    /// <summary>Reads up to the end of the body.</summary>
    /// <param name="reader">The body.</param>
    /// <param name="declaredLength">Its <c>Content-Length</c>, if it has one.</param>
    /// <param name="pool">Where the memory comes from, as far as there is some.</param>
    /// <param name="coding">The coding of the body.</param>
    /// <param name="limit">Largest body on the wire in bytes.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static async ValueTask<BodyResult> ReadAsync(
        PipeReader reader, long? declaredLength, PayloadPool pool, ContentCoding coding, long limit, CancellationToken cancellationToken)
    {
        if (declaredLength > limit)
            return BodyResult.TooLarge(declaredLength.Value, limit);

        using var buffer = pool.TryRent((int)Math.Min(declaredLength ?? FirstCapacity, limit));
        if (buffer is null)
            return BodyResult.NoMemory;

        int written = 0;
        while (true)
        {
            var read = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            var chunk = read.Buffer;
            long needed = written + chunk.Length;
            if (needed > limit)
            {
                reader.AdvanceTo(chunk.End);
                return BodyResult.TooLarge(needed, limit);
            }

            if (needed > buffer.Capacity
                && !buffer.TryGrow((int)Math.Min(limit, Math.Max(needed, 2L * buffer.Capacity)), written + Payload.FrameHeaderLength))
            {
                reader.AdvanceTo(chunk.End);
                return BodyResult.NoMemory;
            }

            chunk.CopyTo(buffer.Message.Span[written..]);
            written = (int)needed;
            reader.AdvanceTo(chunk.End);
            if (read.IsCompleted || read.IsCanceled)
                return BodyResult.Complete(buffer.Seal(written, coding));
        }
    }
}
