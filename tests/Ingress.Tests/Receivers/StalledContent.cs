using System.Net;

namespace OrleansLb.Ingress.Tests.Receivers;

/// <summary>A body that sends its beginning and then waits.</summary>
internal sealed class StalledContent(ReadOnlyMemory<byte> beginning) : HttpContent
{
    /// <summary>Ends the body.</summary>
    public TaskCompletionSource GoOn { get; } = new();

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, default);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        await stream.WriteAsync(beginning, cancellationToken);
        await stream.FlushAsync(cancellationToken);
        await GoOn.Task.WaitAsync(cancellationToken);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
