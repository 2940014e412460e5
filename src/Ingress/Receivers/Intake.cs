using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using OrleansLb.Ingress.Memory;
using OrleansLb.Ingress.Pipeline;
using OrleansLb.Ingress.Telemetry;
using OrleansLb.Otlp;
using OrleansLb.Otlp.Compression;
using OrleansLb.Otlp.Grpc;
using OrleansLb.Otlp.Memory;

namespace OrleansLb.Ingress.Receivers;

/// <summary>What both transports do with a body once it is read: decompress, count, hand on, measure.</summary>
internal sealed class Intake(PayloadPool pool, MemoryGate gate, SignalConsumers consumers, ReceiverMetrics metrics, OldFieldNotice oldFields, TimeProvider time, ILogger<FanOut> logger)
{
    /// <summary>Long against what an unread refusal costs, short against every delay that clients are told.</summary>
    public static readonly TimeSpan HoldBack = TimeSpan.FromMilliseconds(100);

    private readonly RefusablePayloadPool _pool = new(pool, gate.Budget);

    // by signal
    private readonly FanOut[] _fanOuts =
    [
        new(consumers.Traces, logger),
        new(consumers.Logs, logger),
        new(consumers.Metrics, logger),
    ];

    /// <summary>Where the memory of bodies comes from, as far as there is some.</summary>
    public PayloadPool Pool => _pool;

    public MemoryGate Gate => gate;

    public ReceiverMetrics Metrics => metrics;

    /// <summary>Whether a request can be refused before it is read: memory is short, or there has been no room for any of the last ones.</summary>
    public bool RefusesUnread(Signal signal, out IntakeResult refusal)
    {
        refusal = default;
        if (!gate.IsOpen)
            refusal = gate.Refuse();
        else if (_fanOuts[(int)signal].IsFull(signal, out var status))
            refusal = new IntakeResult(status, RejectReason.Overload);
        return refusal.Reason != RejectReason.None;
    }

    /// <summary>
    /// Lets a client that is refused for want of room wait for its answer: one that heeds no delay would else cost more than the requests that are accepted. Its body stays where it is
    /// meanwhile.
    /// </summary>
    public async Task HoldBackAsync(IntakeResult refusal, CancellationToken cancellationToken)
    {
        if (refusal.Reason == RejectReason.Overload)
            await Task.Delay(HoldBack, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Who still writes fields of before OTLP 0.15.</summary>
    public OldFieldNotice OldFields => oldFields;

    public bool Serves(Signal signal) => _fanOuts[(int)signal].IsServed;

    /// <summary>Takes a request that was read whole, and the caller's reference to it.</summary>
    /// <param name="signal">Its signal, which is served.</param>
    /// <param name="body">The request as it came.</param>
    /// <param name="maxDecompressed">Largest length of a decompressed request in bytes.</param>
    /// <param name="patience">How long the client waits, if it said so; the token is cancelled then.</param>
    /// <param name="cancellationToken">Cancelled when the client has gone or its patience is over.</param>
    public ValueTask<IntakeResult> AcceptAsync(
        Signal signal, Payload body, long maxDecompressed, TimeSpan? patience, CancellationToken cancellationToken)
    {
        var payload = body;
        if (body.Coding == ContentCoding.Gzip)
        {
            var result = GzipDecoder.TryDecode(_pool, body.Message, maxDecompressed, out var decompressed);
            if (result != GzipResult.Ok)
            {
                body.Release();
                return ValueTask.FromResult(result switch
                {
                    GzipResult.NoMemory => gate.Refuse(),
                    GzipResult.TooLarge => IntakeResult.Reject(
                        RejectReason.DecompressedTooLarge, GrpcStatusCode.ResourceExhausted, $"the decompressed request is larger than {maxDecompressed} bytes"),
                    _ => IntakeResult.Reject(RejectReason.CorruptCompression, GrpcStatusCode.InvalidArgument, "the request is not valid gzip"),
                });
            }

            payload = decompressed!;
        }

        var compressed = ReferenceEquals(payload, body) ? null : body;
        var request = new ReceivedRequest(signal, payload) { Compressed = compressed, Patience = patience };
        bool hasRoom = gate.HasRoomToSplit(payload.Length);
        if (hasRoom && (_fanOuts[(int)signal].CountsItems || request.ItemCount > 0))
            return DeliverAsync(request, cancellationToken);

        bool valid = request.TryCount(out string? error);
        payload.Release();
        compressed?.Release();
        if (!valid)
            return ValueTask.FromResult(Undecodable(error!));
        if (request.ItemCount == 0)
            return ValueTask.FromResult(new IntakeResult(GrpcStatus.Ok));
        metrics.Refused(signal, request.ItemCount, "memory");
        return ValueTask.FromResult(gate.Refuse());
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<IntakeResult> DeliverAsync(ReceivedRequest request, CancellationToken cancellationToken)
    {
        var delivery = _fanOuts[(int)request.Signal].DeliverAsync(request, cancellationToken);
        if (!delivery.IsCompleted)
        {
            // a consumer that does not heed the token must not keep a client waiting that has no time left, nor hold the stream of one that has gone
            await ((Task)delivery).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        var status = delivery.IsCompleted
            ? await delivery.ConfigureAwait(false)
            : new GrpcStatus(GrpcStatusCode.Cancelled, "the call was cancelled");
        if (!request.TryCount(out string? error))
            return Undecodable(error);
        if (request.ItemCount == 0)
            return new IntakeResult(GrpcStatus.Ok);
        if (status.IsOk)
            metrics.Accepted(request.Signal, request.ItemCount);
        else
            metrics.Refused(request.Signal, request.ItemCount, ReasonOf(status.Code));
        return new IntakeResult(status) { OldItems = status.IsOk ? request.OldItems : 0 };
    }

    private static string ReasonOf(GrpcStatusCode code) => code switch
    {
        GrpcStatusCode.Cancelled => "cancelled",
        GrpcStatusCode.Unavailable => "unavailable",
        GrpcStatusCode.InvalidArgument => "invalid",
        _ => "failed",
    };

    private static IntakeResult Undecodable(string error) => IntakeResult.Reject(RejectReason.Undecodable, GrpcStatusCode.InvalidArgument, error);
}
