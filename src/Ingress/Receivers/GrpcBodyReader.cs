using System.Buffers;
using System.IO.Pipelines;
using OrleansLb.Ingress.Memory;
using OrleansLb.Otlp;
using OrleansLb.Otlp.Grpc;
using OrleansLb.Otlp.Memory;

namespace OrleansLb.Ingress.Receivers;

/// <summary>Reads the one message of a unary call: a single copy, from the connection's buffers into the pooled one.</summary>
/// <param name="pool">Where the memory comes from, as far as there is some.</param>
/// <param name="gate">The room for bodies under way.</param>
/// <param name="limit">Largest message on the wire in bytes; a longer one is refused before it is buffered.</param>
/// <param name="idle">How long nothing may come.</param>
internal sealed class GrpcBodyReader(PayloadPool pool, MemoryGate gate, long limit, IdleLimit idle)
{
    /// <summary>Reads up to the end of the stream.</summary>
    /// <param name="reader">The body.</param>
    /// <param name="coding">What the compressed flag stands for; with <see cref="ContentCoding.Identity"/> it is an error.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async ValueTask<BodyResult> ReadAsync(PipeReader reader, ContentCoding coding, CancellationToken cancellationToken)
    {
        IdleWatch? watch = null;
        try
        {
            var read = await idle.ReadAsync(reader, ref watch, cancellationToken).ConfigureAwait(false);
            while (read.Buffer.Length < GrpcFrame.HeaderLength && !read.IsCompleted && !read.IsCanceled)
            {
                reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                read = await idle.ReadAsync(reader, ref watch, cancellationToken).ConfigureAwait(false);
            }

            var start = StartOf(read, coding, out uint length, out bool compressed);
            if (start.IsRefusal)
            {
                reader.AdvanceTo(read.Buffer.End);
                return start;
            }

            var used = compressed ? coding : ContentCoding.Identity;
            if (!read.IsCompleted || read.Buffer.Length != GrpcFrame.HeaderLength + (long)length)
                return await ReadAsync(reader, read, (int)length, used, watch, cancellationToken).ConfigureAwait(false);

            var whole = IncomingBody.Whole(pool, read.Buffer.Slice(GrpcFrame.HeaderLength), used);
            reader.AdvanceTo(read.Buffer.End);
            return whole is null ? BodyResult.NoMemory : BodyResult.Complete(whole);
        }
        finally
        {
            watch?.Dispose();
        }
    }

    /// <summary>
    /// Takes a body off the connection that is not going to be read, as far as it is no longer than the limit. A stream that is answered while its client still sends
    /// has to be remembered for some seconds; when there are many, the server ends the whole connection.
    /// </summary>
    public async ValueTask PassOverAsync(PipeReader reader, CancellationToken cancellationToken)
    {
        IdleWatch? watch = null;
        try
        {
            for (long passed = 0; passed <= limit + GrpcFrame.HeaderLength;)
            {
                var read = await idle.ReadAsync(reader, ref watch, cancellationToken).ConfigureAwait(false);
                passed += read.Buffer.Length;
                reader.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted || read.IsCanceled)
                    return;
            }
        }
        finally
        {
            watch?.Dispose();
        }
    }

    private async ValueTask<BodyResult> ReadAsync(
        PipeReader reader, ReadResult read, int length, ContentCoding coding, IdleWatch? watch, CancellationToken cancellationToken)
    {
        using var body = new IncomingBody(pool, gate);
        try
        {
            long written = 0;
            var chunk = read.Buffer.Slice(GrpcFrame.HeaderLength);
            while (true)
            {
                written += chunk.Length;
                var refusal = read.IsCanceled ? idle.Refusal
                    : written > length ? BodyResult.Framing("additional data after the message of a unary call")
                    : read.IsCompleted && written < length ? BodyResult.Framing("incomplete message")
                    : (body.HasBegun || body.TryBegin(length, limit, written)) && body.TryAdd(chunk) ? default
                    : BodyResult.NoMemory;
                reader.AdvanceTo(read.Buffer.End);
                if (refusal.IsRefusal)
                    return refusal;
                if (read.IsCompleted)
                    return BodyResult.Complete(body.Seal(coding));
                read = await idle.ReadAsync(reader, ref watch, cancellationToken).ConfigureAwait(false);
                chunk = read.Buffer;
            }
        }
        finally
        {
            // it may have been made here
            watch?.Dispose();
        }
    }

    /// <summary>Looks at the header of the message; no refusal when nothing speaks against reading on.</summary>
    private BodyResult StartOf(in ReadResult read, ContentCoding coding, out uint length, out bool compressed)
    {
        (length, compressed) = (0, false);
        if (read.IsCanceled)
            return idle.Refusal;
        if (read.Buffer.Length < GrpcFrame.HeaderLength)
            return BodyResult.Framing(read.Buffer.IsEmpty ? "the call has no message" : "incomplete message header");
        if (!TryReadHeader(read.Buffer, out compressed, out length))
            return BodyResult.Framing("the flag in front of the message is neither 0 nor 1");
        if (length > limit)
            return BodyResult.TooLarge(length, limit);
        return compressed && coding == ContentCoding.Identity
            ? BodyResult.Framing("the message is flagged as compressed, but no grpc-encoding is given")
            : default;
    }

    private static bool TryReadHeader(in ReadOnlySequence<byte> buffer, out bool compressed, out uint length)
    {
        Span<byte> header = stackalloc byte[GrpcFrame.HeaderLength];
        buffer.Slice(0, GrpcFrame.HeaderLength).CopyTo(header);
        return GrpcFrame.TryReadHeader(header, out compressed, out length);
    }
}
