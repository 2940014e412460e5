using OrleansLb.Otlp.Splitting;
using OrleansLb.Otlp.Wire;

namespace OrleansLb.Otlp.Batching;

/// <summary>Cuts an export request into pieces of limited size, in wire form and between items.</summary>
/// <remarks>
/// The counterpart, merging, is to write requests one behind the other: each of the three requests has nothing but a repeated
/// field, and where protobuf reads one field number more than once it appends to a repeated field, unknown fields included. So
/// the sizes of what is merged add up, in items as in bytes.
/// </remarks>
public static class RequestCutter
{
    /// <summary>Describes the pieces of a request.</summary>
    /// <param name="signal">What the request exports.</param>
    /// <param name="request">The request in wire form, uncompressed.</param>
    /// <param name="limit">How much a piece holds.</param>
    /// <param name="plan">
    /// Receives the pieces in the order of the items; <see cref="SplitPart.Slot"/> is a piece's number, and the first one may be 1
    /// when nothing fits behind what is there. What the plan held is gone. Not to be read when the answer is false.
    /// </param>
    /// <param name="error">What is wrong with the bytes, when the answer is false.</param>
    /// <remarks>
    /// Every piece repeats what lies around its items. The items of a metric are its data points; a metric without points has
    /// no size in items. Resource and scope entries without items vanish unless the request is one piece.
    /// </remarks>
    public static bool TryCut(Signal signal, ReadOnlySpan<byte> request, PieceLimit limit, SplitPlan plan, out WireError error)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit.Most, nameof(limit));
        ArgumentOutOfRangeException.ThrowIfNegative(limit.Taken, nameof(limit));
        error = default;
        plan.Begin(request.Length, slotLimit: 0);
        if (!new RequestCut(signal, request, limit, plan).TryRun(ref error))
            return false;

        // what vanishes or takes fewer bytes when it is written anew counts in a request that is passed on as it is
        plan.IsRewritten = limit.Sizer == ItemSizer.Bytes && request.Length > limit.Most - limit.Taken;
        plan.Complete();
        return true;
    }
}
