using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using OrleansLb.Ingress.Pipeline;
using OrleansLb.Otlp;
using OrleansLb.Otlp.Grpc;

namespace OrleansLb.Ingress.Receivers;

/// <summary>
/// Hands a request to every consumer of its signal, one after the other, and joins their answers. With several consumers each has room for it before the first takes it: what is
/// refused by one must not be left behind at another.
/// </summary>
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
        var joined = consumers is [var only]
            ? await AskAsync(only, request, cancellationToken).ConfigureAwait(false)
            : await AskAllAsync(request, cancellationToken).ConfigureAwait(false);

        // one that has not come as far as the items leaves them to be counted here, where they can still be read
        if (!request.TryCount(out string? error))
            joined = new GrpcStatus(GrpcStatusCode.InvalidArgument, error);
        else if (request.ItemCount == 0)
            joined = GrpcStatus.Ok;
        request.Payload.Release();
        request.Compressed?.Release();
        return joined;
    }

    /// <summary>Whether a request can be refused before it is read, since a consumer has no room.</summary>
    public bool IsFull(Signal signal, out GrpcStatus refusal)
    {
        foreach (var consumer in consumers)
        {
            if (!consumer.IsFull(signal, out var result))
                continue;
            refusal = StatusOf(result);
            return true;
        }

        refusal = default;
        return false;
    }

    private static GrpcStatus Join(GrpcStatus left, GrpcStatus right)
    {
        var worse = Severity(right.Code) > Severity(left.Code) ? right : left;

        // only retryable answers have a delay; the client has to wait for the slowest consumer
        var longest = left.RetryDelay is null || right.RetryDelay > left.RetryDelay ? right.RetryDelay : left.RetryDelay;
        return worse with { RetryDelay = longest };
    }

    // a retryable answer wins: consumers that accepted in spite of it will see the request twice, but none of them will miss it
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
        ConsumeStatus.Cancelled => new(GrpcStatusCode.Cancelled, result.Message),
        ConsumeStatus.Invalid => new(GrpcStatusCode.InvalidArgument, result.Message),
        _ => new(GrpcStatusCode.Internal, result.Message),
    };

    private ValueTask<GrpcStatus> AskAsync(ISignalConsumer consumer, ReceivedRequest request, CancellationToken cancellationToken) =>
        Guarded(consumer.ComponentId, (consumer, request), static (asked, token) => asked.consumer.ConsumeAsync(asked.request, token), cancellationToken);

    private async ValueTask<GrpcStatus> AskAllAsync(ReceivedRequest request, CancellationToken cancellationToken)
    {
        var places = new List<(string ComponentId, IReservation Reservation)>(consumers.Count);
        try
        {
            foreach (var consumer in consumers)
            {
                var status = await Guarded(
                    consumer.ComponentId,
                    (consumer, request, places),
                    static async (asked, token) =>
                    {
                        var (reservation, refusal) = await asked.consumer.ReserveAsync(asked.request, token).ConfigureAwait(false);
                        if (reservation is not null)
                            asked.places.Add((asked.consumer.ComponentId, reservation));
                        return refusal;
                    },
                    cancellationToken).ConfigureAwait(false);
                if (!status.IsOk)
                    return status;
            }

            var joined = GrpcStatus.Ok;
            foreach (var (componentId, reservation) in places)
                joined = Join(joined, await Guarded(componentId, reservation, static (place, token) => place.ConsumeAsync(token), cancellationToken).ConfigureAwait(false));
            return joined;
        }
        finally
        {
            foreach (var (_, reservation) in places)
                reservation.Dispose();
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<GrpcStatus> Guarded<T>(
        string componentId, T asked, Func<T, CancellationToken, ValueTask<ConsumeResult>> ask, CancellationToken cancellationToken)
    {
        try
        {
            return StatusOf(await ask(asked, cancellationToken).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return new GrpcStatus(GrpcStatusCode.Cancelled, "the call was cancelled");
        }
#pragma warning disable CA1031 // a fault of one consumer must harm neither the other consumers nor the process
        catch (Exception fault)
#pragma warning restore CA1031
        {
            LogFault(fault, componentId);
            return new GrpcStatus(GrpcStatusCode.Internal, $"internal error in {componentId}");
        }
    }
}
