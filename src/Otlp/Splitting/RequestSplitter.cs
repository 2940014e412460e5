using OrleansLb.Otlp.Wire;

namespace OrleansLb.Otlp.Splitting;

/// <summary>
/// Splits an export request by routing key in wire form: no field is decoded that does not decide the way of an item, and
/// what is not rewritten (all but the lengths around the items) is copied as it came, unknown fields included.
/// </summary>
public static class RequestSplitter
{
    /// <summary>Whether a signal can be split by a routing key: metrics have no trace ID.</summary>
    public static bool Supports(RoutingKey key, Signal signal) => key switch
    {
        RoutingKey.TraceId => signal is Signal.Traces or Signal.Logs,
        RoutingKey.Service => true,
        _ => false,
    };

    /// <summary>Describes each ring slot's part of a request.</summary>
    /// <param name="signal">What the request exports.</param>
    /// <param name="key">What decides an item's slot; <see cref="Supports"/> says whether it fits the signal.</param>
    /// <param name="dialect">Which bytes the key yields.</param>
    /// <param name="request">The request in wire form, uncompressed.</param>
    /// <param name="router">From identifier to slot.</param>
    /// <param name="plan">Receives the parts; what it held is gone. Not to be read when the answer is false.</param>
    /// <param name="error">What is wrong with the bytes, when the answer is false.</param>
    /// <remarks>
    /// Items of one resource and scope entry stay in one entry per part, in their order. Resource and scope entries without
    /// items vanish unless the request is forwarded whole. Fields that occur more than once keep their order, so that they merge
    /// at the backend as they would have here.
    /// </remarks>
    public static bool TrySplit(
        Signal signal,
        RoutingKey key,
        IdentifierDialect dialect,
        ReadOnlySpan<byte> request,
        IKeyRouter router,
        SplitPlan plan,
        out WireError error)
    {
        ArgumentNullException.ThrowIfNull(router);
        ArgumentNullException.ThrowIfNull(plan);
        if (!Supports(key, signal))
            throw new ArgumentException($"{signal} cannot be split by {key}.", nameof(key));

        error = default;
        plan.Begin(request.Length, router.SlotLimit);
        bool split = key == RoutingKey.TraceId
            ? TrySplit(request, plan, new TraceIdSplit(signal, dialect, request, router, plan), ref error)
            : TrySplit(request, plan, new ServiceSplit(signal, dialect, request, router, plan), ref error);
        if (!split)
            return false;

        plan.Complete();
        return true;
    }

    private static bool TrySplit<TSplit>(ReadOnlySpan<byte> request, SplitPlan plan, TSplit split, ref WireError error)
        where TSplit : struct, IResourceSplit, allows ref struct
    {
        int position = 0;
        while (position < request.Length)
        {
            if (!WireReader.TryRead(request, position, request.Length, out var field, ref error))
                return false;
            if (field.Tag == OtlpTags.ResourceEntries)
            {
                if (!split.TrySplit(position, field, ref error))
                    return false;
            }
            else if (field.Number == OtlpTags.ResourceEntriesNumber)
            {
                return WireReader.WrongType(position, ref error);
            }
            else
            {
                plan.AddToRequest(position, field.End);
            }

            position = field.End;
        }

        return true;
    }
}
