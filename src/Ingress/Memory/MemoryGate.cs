using System.Diagnostics.Metrics;
using OrleansLb.Ingress.Receivers;
using OrleansLb.Ingress.Telemetry;
using OrleansLb.Otlp.Grpc;
using OrleansLb.Otlp.Memory;

namespace OrleansLb.Ingress.Memory;

/// <summary>
/// Turns requests away while the memory of the process is nearly used up, with an answer that every OTLP client repeats: UNAVAILABLE, or HTTP 503, and a
/// delay that grows while it does not help. One for all receivers of the process.
/// </summary>
/// <remarks>
/// A request is looked at three times: before its body is read, when memory for the body (or for the decompressed body) is taken, and before it is split,
/// which may need the same memory once more.
/// </remarks>
public sealed class MemoryGate
{
    private readonly MemoryBudget _budget;
    private readonly RefusalDelay _delay;
    private readonly Counter<long> _refused;

    /// <summary>The gate of a budget.</summary>
    public MemoryGate(MemoryBudget budget, IMeterFactory meters, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(budget);
        ArgumentNullException.ThrowIfNull(meters);
        _budget = budget;
        _delay = new RefusalDelay(time);
        Bodies = new BodyRoom(budget);
        _refused = meters.Create(ReceiverMetrics.MeterName).CreateCounter<long>(
            "orleanslb_memory_refused_requests", null, "Requests that were turned away because the memory limit was near.");
    }

    internal MemoryBudget Budget => _budget;

    /// <summary>The share of bodies that have not come in whole.</summary>
    internal BodyRoom Bodies { get; }

    /// <summary>Whether a request may come in at all.</summary>
    internal bool IsOpen => _budget.Used <= _budget.IntakeLimit;

    /// <summary>Whether a request of this length, which is in memory already, may be split into parts.</summary>
    internal bool HasRoomToSplit(int length) => _budget.Used + length <= _budget.Limit;

    /// <summary>The answer for a request that is turned away now.</summary>
    internal IntakeResult Refuse()
    {
        _refused.Add(1);
        return new IntakeResult(new GrpcStatus(GrpcStatusCode.Unavailable, "the memory limit is near", _delay.Next()), RejectReason.Memory);
    }
}
