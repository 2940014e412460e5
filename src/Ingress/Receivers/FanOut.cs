using Microsoft.Extensions.Logging;
using OrleansLb.Ingress.Pipeline;
using OrleansLb.Otlp.Grpc;

namespace OrleansLb.Ingress.Receivers;

/// <summary>Hands a request to every consumer of its signal, one after the other, and joins their answers.</summary>
internal sealed partial class FanOut(IReadOnlyList<ISignalConsumer> consumers, ILogger logger)
{
    /// <summary>Whether anybody takes the signal.</summary>
    public bool IsServed => consumers.Count > 0;

    /// <summary>Whether items need not be counted before.</summary>
    public bool CountsItems => consumers is [{ CountsItems: true }];

    /// <summary>
    /// The joined answer. Takes over the caller's reference to the payloads and releases it when the last consumer has answered, so that a
    /// caller who runs out of patience may go. Never throws.
    /// </summary>
    public async Task<GrpcStatus> DeliverAsync(ReceivedRequest request, CancellationToken cancellationToken)
    {
        var joined = GrpcStatus.Ok;
        foreach (var consumer in consumers)
            joined = Join(joined, await AskAsync(consumer, request, cancellationToken).ConfigureAwait(false));

        // one that has not come as far as the items leaves them to be counted here, where they can still be read
        if (!request.TryCount(out string? error))
            joined = new GrpcStatus(GrpcStatusCode.InvalidArgument, error);
        else if (request.ItemCount == 0)
            joined = GrpcStatus.Ok;
        request.Payload.Release();
        request.Compressed?.Release();
        return joined;
    }

    private static GrpcStatus Join(GrpcStatus left, GrpcStatus right)
    {
        var worse = Severity(right.Code) > Severity(left.Code) ? right : left;

        // only retryable answers have a delay; the client has to wait for the slowest consumer
        var longest = left.RetryDelay is null || right.RetryDelay > left.RetryDelay ? right.RetryDelay : left.RetryDelay;
        return worse with { RetryDelay = longest };
    }

    // a retryable answer wins: the consumers that accepted will see the request twice, but none of them will miss it
    private static int Severity(GrpcStatusCode code) => code switch
    {
        GrpcStatusCode.Ok => 0,
        GrpcStatusCode.InvalidArgument => 1,
        GrpcStatusCode.Internal => 2,
        GrpcStatusCode.Cancelled => 3,
        _ => 4,
    };

    private static GrpcStatus StatusOf(in ConsumeResult result) => result.Status switch
    {
        ConsumeStatus.Accepted => GrpcStatus.Ok,
        ConsumeStatus.Unavailable => new(GrpcStatusCode.Unavailable, result.Message, result.RetryAfter),
        ConsumeStatus.Invalid => new(GrpcStatusCode.InvalidArgument, result.Message),
        _ => new(GrpcStatusCode.Internal, result.Message),
    };

    private async ValueTask<GrpcStatus> AskAsync(ISignalConsumer consumer, ReceivedRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return StatusOf(await consumer.ConsumeAsync(request, cancellationToken).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return new GrpcStatus(GrpcStatusCode.Cancelled, "the call was cancelled");
        }
#pragma warning disable CA1031 // a fault of one consumer must harm neither the other consumers nor the process
        catch (Exception fault)
#pragma warning restore CA1031
        {
            LogFault(fault, consumer.ComponentId);
            return new GrpcStatus(GrpcStatusCode.Internal, $"internal error in {consumer.ComponentId}");
        }
    }
}
