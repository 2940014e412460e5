using System.IO.Pipelines;
using OrleansLb.Ingress.Memory;
using OrleansLb.Otlp;
using OrleansLb.Otlp.Memory;

namespace OrleansLb.Ingress.Receivers;

/// <summary>Reads the body of an OTLP/HTTP request into a pooled buffer.</summary>
/// <param name="pool">Where the memory comes from, as far as there is some.</param>
/// <param name="gate">The room for bodies under way.</param>
/// <param name="limit">Largest body on the wire in bytes.</param>
/// <param name="idle">How long nothing may come.</param>
internal sealed class HttpBodyReader(PayloadPool pool, MemoryGate gate, long limit, IdleLimit idle)
{
    /// <summary>Reads up to the end of the body.</summary>
    /// <param name="reader">The body.</param>
    /// <param name="declaredLength">Its <c>Content-Length</c>, if it has one.</param>
    /// <param name="coding">The coding of the body.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async ValueTask<BodyResult> ReadAsync(PipeReader reader, long? declaredLength, ContentCoding coding, CancellationToken cancellationToken)
    {
        if (declaredLength > limit)
            return BodyResult.TooLarge(declaredLength.Value, limit);

        IdleWatch? watch = null;
        try
        {
            var read = await idle.ReadAsync(reader, ref watch, cancellationToken).ConfigureAwait(false);
            if (!read.IsCompleted || read.Buffer.Length > limit)
                return await ReadAsync(reader, read, declaredLength, coding, watch, cancellationToken).ConfigureAwait(false);

            var whole = IncomingBody.Whole(pool, read.Buffer, coding);
            reader.AdvanceTo(read.Buffer.End);
            return whole is null ? BodyResult.NoMemory : BodyResult.Complete(whole);
        }
        finally
        {
            watch?.Dispose();
        }
    }

    private async ValueTask<BodyResult> ReadAsync(
        PipeReader reader, ReadResult read, long? declaredLength, ContentCoding coding, IdleWatch? watch, CancellationToken cancellationToken)
    {
        using var body = new IncomingBody(pool, gate);
        try
        {
            long total = 0;
            while (true)
            {
                var chunk = read.Buffer;
                total += chunk.Length;
                var refusal = read.IsCanceled ? idle.Refusal
                    : total > limit ? BodyResult.TooLarge(total, limit)
                    : (body.HasBegun || body.TryBegin(declaredLength, limit, total)) && body.TryAdd(chunk) ? default
                    : BodyResult.NoMemory;
                reader.AdvanceTo(chunk.End);
                if (refusal.IsRefusal)
                    return refusal;
                if (read.IsCompleted)
                    return BodyResult.Complete(body.Seal(coding));
                read = await idle.ReadAsync(reader, ref watch, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            // it may have been made here
            watch?.Dispose();
        }
    }
}
