using System.Net;
using System.Net.Http.Headers;
using OrleansLb.Otlp.Grpc;
using OrleansLb.Otlp.Memory;

namespace OrleansLb.Grains.Sending;

/// <summary>A payload behind its frame header as the body of a request, in one write.</summary>
internal sealed class PayloadContent : HttpContent
{
    private static readonly MediaTypeHeaderValue MediaType = new(GrpcHeaderNames.ContentType);
    private readonly Payload _payload;

    public PayloadContent(Payload payload)
    {
        _payload = payload;
        Headers.ContentType = MediaType;
    }

    protected override bool TryComputeLength(out long length)
    {
        length = Payload.FrameHeaderLength + (long)_payload.Length;
        return true;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    // The handler may still be writing when it hands out an early answer or an exception, so the write holds the payload itself.
    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        _payload.Retain();
        try
        {
            await stream.WriteAsync(_payload.Frame, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _payload.Release();
        }
    }
}
