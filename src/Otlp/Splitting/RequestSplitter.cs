using OrleansLb.Otlp.Wire;

namespace OrleansLb.Otlp.Splitting;

/// <summary>
/// Splits an export request by routing key in wire form: no field is decoded that does not decide the way of an item, and
/// what is not rewritten (all but the lengths around the items) is copied as it came, unknown fields included.
/// </summary>
public static class RequestSplitter
{
    private static readonly RoutingAttributes s_serviceName = new(["service.name"]);

    /// <summary>Whether a signal can be split by a routing key, as the Collector has it.</summary>
    public static bool Supports(RoutingKey key, Signal signal) => key switch
    {
        RoutingKey.TraceId => signal is Signal.Traces or Signal.Logs,
        RoutingKey.Service or RoutingKey.Attributes => true,
        RoutingKey.Resource => signal is Signal.Logs or Signal.Metrics,
        RoutingKey.Metric or RoutingKey.StreamId => signal == Signal.Metrics,
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
        out WireError error) => TrySplit(signal, new SplitOptions(key, dialect), request, router, plan, out error);

    /// <summary>Describes each ring slot's part of a request.</summary>
    /// <param name="signal">What the request exports.</param>
    /// <param name="options">By what it is split; <see cref="Supports"/> says whether the key fits the signal.</param>
    /// <param name="request">The request in wire form, uncompressed.</param>
    /// <param name="router">From identifier to slot.</param>
    /// <param name="plan">Receives the parts; what it held is gone. Not to be read when the answer is false.</param>
    /// <param name="error">What is wrong with the bytes, when the answer is false.</param>
    /// <remarks>
    /// What moves is a resource entry (<c>service</c>, <c>resource</c>), a span or log record (<c>traceID</c>, <c>attributes</c>), a
    /// metric (<c>metric</c>) or a data point (<c>streamID</c>, <c>attributes</c>). The points of a metric that have the same slot
    /// stay in one metric. A metric without points goes where one of its points would that has no attributes. In the
    /// Collector's dialect, <c>attributes</c> keep the spans of a scope together that belong to one trace: the first of them
    /// decides; and the <c>service</c> of traces is the attribute <c>service.name</c>, which may stand at scope or span as well.
    /// </remarks>
    public static bool TrySplit(
        Signal signal,
        in SplitOptions options,
        ReadOnlySpan<byte> request,
        IKeyRouter router,
        SplitPlan plan,
        out WireError error)
    {
        ArgumentNullException.ThrowIfNull(router);
        ArgumentNullException.ThrowIfNull(plan);
        if (!Supports(options.Key, signal))
            throw new ArgumentException($"{signal} cannot be split by {options.Key}.", nameof(options));
        if (options is { Key: RoutingKey.Attributes, Attributes: null })
            throw new ArgumentException("There is no attribute to split by.", nameof(options));

        // The Collector's traces have the service name by the rule of attributes, and not by that of its logs and metrics.
        if (options is { Key: RoutingKey.Service, Dialect: IdentifierDialect.Collector } && signal == Signal.Traces)
            return TrySplit(signal, options with { Key = RoutingKey.Attributes, Attributes = s_serviceName }, request, router, plan, out error);

        error = default;
        plan.Begin(request.Length, router.SlotLimit);
        bool split = options.Key switch
        {
            RoutingKey.TraceId when signal == Signal.Traces => TrySplit(request, plan, new TraceIdSplit<SpanTraceId>(signal, options.Dialect, request, router, plan), ref error),
            RoutingKey.TraceId => TrySplit(request, plan, new TraceIdSplit<LogRecordTraceId>(signal, options.Dialect, request, router, plan), ref error),
            RoutingKey.Service or RoutingKey.Resource => TrySplit(request, plan, new ResourceEntrySplit(signal, options, request, router, plan), ref error),
            RoutingKey.Metric => TrySplit(request, plan, new KeyedSplit(signal, plan.MetricNameKey, false, null, request, router, plan), ref error),
            RoutingKey.StreamId => TrySplit(request, plan, new KeyedSplit(signal, plan.StreamKeyOf(options.Dialect), true, null, request, router, plan), ref error),
            _ => TrySplit(request, plan, ByAttributes(signal, options, request, router, plan), ref error),
        };
        if (!split)
        {
            error = error with { Path = WirePath.Of(signal, request, error.Offset) };
            return false;
        }

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

    private static KeyedSplit ByAttributes(
        Signal signal, in SplitOptions options, ReadOnlySpan<byte> request, IKeyRouter router, SplitPlan plan)
    {
        var key = plan.AttributeKey.Begin(options.Attributes!, signal, options.Dialect);
        var traces = signal == Signal.Traces && options.Dialect == IdentifierDialect.Collector ? plan.Traces : null;
        return new KeyedSplit(signal, key, byPoint: signal == Signal.Metrics, traces, request, router, plan);
    }
}
