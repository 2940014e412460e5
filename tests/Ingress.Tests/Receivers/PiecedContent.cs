using System.Net;

namespace OrleansLb.Ingress.Tests.Receivers;

/// <summary>A body whose pieces go out one by one, when the test says so.</summary>
internal sealed class PiecedContent(IReadOnlyList<byte[]> pieces, bool tellsLength) : HttpContent
{
    private readonly SemaphoreSlim _next = new(0);

    /// <summary>So many bytes in so many pieces.</summary>
    public static PiecedContent Of(byte[] body, int pieces, bool tellsLength) =>
        new([.. body.Chunk((body.Length + pieces - 1) / pieces)], tellsLength);

    /// <summary>Sends the next piece; behind the last one, ends the body.</summary>
    public void Send() => _next.Release();

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, default);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        foreach (byte[] piece in pieces)
        {
            await _next.WaitAsync(cancellationToken);
            await stream.WriteAsync(piece, cancellationToken);
            await stream.FlushAsync(cancellationToken);
        }

        if (!tellsLength)
            await _next.WaitAsync(cancellationToken);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = pieces.Sum(static piece => piece.LongLength);
        return tellsLength;
    }

    protected override void Dispose(bool disposing)
    {
        _next.Dispose();
        base.Dispose(disposing);
    }
}
