using System.Buffers;
using System.IO.Pipelines;
using OrleansLb.Otlp;
using OrleansLb.Otlp.Grpc;
using OrleansLb.Otlp.Memory;

namespace OrleansLb.Ingress.Receivers;

/// <summary>Reads the one message of a unary call: a single copy, from the connection's buffers into the pooled one.</summary>
internal static class GrpcBodyReader
{
    /// <summary>Reads up to the end of the stream.</summary>
    /// <param name="reader">The body.</param>
    /// <param name="pool">Where the memory comes from, as far as there is some.</param>
    /// <param name="coding">What the compressed flag stands for; with <see cref="ContentCoding.Identity"/> it is an error.</param>
    /// <param name="limit">Largest message on the wire in bytes; a longer one is refused before it is buffered.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static async ValueTask<BodyResult> ReadAsync(
        PipeReader reader, PayloadPool pool, ContentCoding coding, long limit, CancellationToken cancellationToken)
    {
        var read = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        while (read.Buffer.Length < GrpcFrame.HeaderLength && !read.IsCompleted && !read.IsCanceled)
        {
            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            read = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        }

        if (read.Buffer.Length < GrpcFrame.HeaderLength)
        {
            bool empty = read.Buffer.IsEmpty;
            reader.AdvanceTo(read.Buffer.End);
            return BodyResult.Framing(empty ? "the call has no message" : "incomplete message header");
        }

        if (!TryReadHeader(read.Buffer, out bool compressed, out uint length))
            return BodyResult.Framing("the flag in front of the message is neither 0 nor 1");
        if (length > limit)
            return BodyResult.TooLarge(length, limit);
        if (compressed && coding == ContentCoding.Identity)
            return BodyResult.Framing("the message is flagged as compressed, but no grpc-encoding is given");

        long total = GrpcFrame.HeaderLength + (long)length;
        using var buffer = pool.TryRent((int)length);
        if (buffer is null)
        {
            reader.AdvanceTo(read.Buffer.Start);
            return BodyResult.NoMemory;
        }

        long written = 0;
        while (true)
        {
            var chunk = read.Buffer;
            if (written + chunk.Length > total)
                return BodyResult.Framing("additional data after the message of a unary call");
            chunk.CopyTo(buffer.Frame.Span[(int)written..]);
            written += chunk.Length;
            reader.AdvanceTo(chunk.End);
            if (read.IsCompleted || read.IsCanceled)
                break;
            read = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        }

        return written < total
            ? BodyResult.Framing("incomplete message")
            : BodyResult.Complete(buffer.Seal((int)length, compressed ? coding : ContentCoding.Identity));
    }

    /// <summary>
    /// Takes a body off the connection that is not going to be read, as far as it is no longer than the limit. A stream that is answered while its client still sends
    /// has to be remembered for some seconds; when there are many, the server ends the whole connection.
    /// </summary>
    public static async ValueTask PassOverAsync(PipeReader reader, long limit, CancellationToken cancellationToken)
    {
        for (long passed = 0; passed <= limit + GrpcFrame.HeaderLength;)
        {
            var read = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            passed += read.Buffer.Length;
            reader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted || read.IsCanceled)
                return;
        }
    }

    private static bool TryReadHeader(in ReadOnlySequence<byte> buffer, out bool compressed, out uint length)
    {
        Span<byte> header = stackalloc byte[GrpcFrame.HeaderLength];
        buffer.Slice(0, GrpcFrame.HeaderLength).CopyTo(header);
        return GrpcFrame.TryReadHeader(header, out compressed, out length);
    }
}
