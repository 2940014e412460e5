using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using OrleansLb.Otlp.Wire;

namespace OrleansLb.Otlp.Splitting;

/// <summary>
/// Deals the items of a request out by a key that depends on what lies around them. Descriptions of resource,
/// scope and metric may stand behind their children, so each entry is looked through before its children are.
/// </summary>
internal readonly ref struct KeyedSplit : IResourceSplit
{
    private readonly ReadOnlySpan<byte> _request;
    private readonly Signal _signal;
    private readonly ItemKey _key;
    private readonly IKeyRouter _router;
    private readonly SplitPlan _plan;
    private readonly bool _byPoint;
    private readonly TraceGroups? _traces;

    /// <param name="signal">What the request exports.</param>
    /// <param name="key">What makes the identifiers.</param>
    /// <param name="byPoint">Data points are dealt out, and not metrics whole.</param>
    /// <param name="traces">Set if the spans of a scope that belong to one trace follow the first of them.</param>
    /// <param name="request">The request.</param>
    /// <param name="router">From identifier to slot.</param>
    /// <param name="plan">Receives the parts.</param>
    public KeyedSplit(
        Signal signal, ItemKey key, bool byPoint, TraceGroups? traces, ReadOnlySpan<byte> request, IKeyRouter router, SplitPlan plan)
    {
        _signal = signal;
        _key = key;
        _byPoint = byPoint;
        _traces = traces;
        _request = request;
        _router = router;
        _plan = plan;
    }

    private uint AttributesNumber => _signal == Signal.Traces ? OtlpTags.SpanAttributesNumber : OtlpTags.LogRecordAttributesNumber;

    public bool TrySplit(int start, WireField entry, ref WireError error)
    {
        if (!_key.TryEnterResource(_request, entry.ValueStart, entry.End, ref error))
            return false;
        int resource = _plan.BeginResource();
        for (int position = entry.ValueStart; position < entry.End;)
        {
            if (!WireReader.TryRead(_request, position, entry.End, out var field, ref error))
                return false;
            if (field.Tag == OtlpTags.ScopeEntries)
            {
                if (!TrySplitScope(resource, field.ValueStart, field.End, ref error))
                    return false;
            }
            else if (OtlpTags.IsMistyped(field))
            {
                return WireReader.WrongType(position, ref error);
            }
            else if (field.Tag == OtlpTags.OldScopeEntries)
            {
                if (!OldScopes.TryCount(_signal, _request, field, _plan, ref error) || !TrySplitScope(resource, field.ValueStart, field.End, ref error))
                    return false;
            }
            else
            {
                _plan.AddToResource(resource, position, field.End);
            }

            position = field.End;
        }

        return true;
    }

    private bool TrySplitScope(int resource, int start, int end, ref WireError error)
    {
        if (!_key.TryEnterScope(_request, start, end, ref error))
            return false;
        _traces?.Clear();
        int scope = _plan.BeginScope(resource);
        bool isSettled = _key.IsSettled;
        bool isDealtByItem = !isSettled && _signal != Signal.Metrics;
        int settled = -1;
        for (int position = start; position < end;)
        {
            if (isDealtByItem && !TryDealUsual(OtlpTags.Items, AttributesNumber, scope, PartSection.WholeItems, ref position, end, ref error))
                return false;
            if (position >= end)
                break;

            ReadAhead.Of(_request, position);
            if (!WireReader.TryRead(_request, position, end, out var field, ref error))
                return false;
            if (field.Tag == OtlpTags.Items)
            {
                if (isSettled && settled < 0 && !TryFindPart(0, 0, out settled, ref error))
                    return false;
                bool dealt = settled >= 0 ? TryDealWhole(settled, scope, position, field, ref error)
                    : _byPoint ? TrySplitMetric(scope, position, field, ref error)
                    : TryDeal(scope, position, field, ref error);
                if (!dealt)
                    return false;
            }
            else if (OtlpTags.IsMistyped(field))
            {
                return WireReader.WrongType(position, ref error);
            }
            else
            {
                _plan.AddToScope(scope, position, field.End);
            }

            position = field.End;
        }

        return true;
    }

    /// <summary>Deals out items, or the points of a metric, whose heads are written as nearly all are, up to the first that is not.</summary>
    private bool TryDealUsual(uint tag, uint attributesNumber, int scope, int metric, ref int from, int end, ref WireError error)
    {
        ref byte origin = ref MemoryMarshal.GetReference(_request);
        int limit = Math.Min(end, _request.Length - UsualFields.Margin);
        int position = from;
        int part;
        while (position < limit)
        {
            ReadAhead.Of(ref origin, position);
            int start = UsualItem.Enter(tag, ref origin, position, out int next);
            if (start < 0 || next > limit)
                break;
            if (_traces is not null)
            {
                nint id = SpanTraceId.FindUsual(ref origin, start, next);
                if (id < 0)
                    break;
                if (!TryFindTrace((int)id, UsualFields.TraceIdLength, start, next, out part, ref error))
                    return false;
            }
            else
            {
                // points are left to the backend; what TryFindPart does, without the call
                if (tag == OtlpTags.Items && !HasUsualIds(ref origin, start, next))
                    break;
                if (!_key.TryIdentify(_request, start, next, attributesNumber, out var identifier, ref error))
                    return false;
                part = PartOf(identifier);
                if (_key.IsMissing)
                    part = ~part;
            }

            _plan.AddItems(Count(part, items: 1), scope, metric, position, next, items: 1);
            position = next;
        }

        from = position;
        return true;
    }

    private bool TryDeal(int scope, int start, in WireField item, ref WireError error)
    {
        if (_traces is null)
        {
            return TryCheck(item, ref error)
                && TryFindPart(item.ValueStart, item.End, out int own, ref error)
                && TryDealOne(own, scope, start, item, ref error);
        }

        return ItemTraceId.TryFind<SpanTraceId>(_request, item.ValueStart, item.End, out int id, out int length, ref error)
            && TryFindTrace(id, length, item.ValueStart, item.End, out int part, ref error)
            && TryDealOne(part, scope, start, item, ref error);
    }

    private bool TryCheck(in WireField item, ref WireError error) =>
        _signal == Signal.Metrics || ItemTraceId.TryCheck(ItemCheck.Ids, _signal, _request, item.ValueStart, item.End, ref error);

    private bool HasUsualIds(ref byte origin, int start, int end) => _signal == Signal.Traces
        ? SpanTraceId.HasUsualIds(ref origin, start, end)
        : LogRecordTraceId.HasUsualIds(ref origin, start, end) || LogRecordTraceId.IsUsualWithoutIds(ref origin, start, end);

    /// <summary>The part of a span's trace, which its first span in the scope decides.</summary>
    private bool TryFindTrace(int id, int length, int start, int end, out int part, ref WireError error)
    {
        if (!_request.Slice(id, length).ContainsAnyExcept((byte)0))
            length = 0;
        if (_traces!.TryFind(_request, id, length, out int place, out part))
            return true;
        if (!TryFindPart(start, end, out part, ref error))
            return false;
        _traces.Add(place, id, length, part);
        return true;
    }

    private bool TryDealOne(int part, int scope, int start, in WireField item, ref WireError error)
    {
        if (_signal == Signal.Metrics)
            return TryDealWhole(part, scope, start, item, ref error);
        _plan.AddItems(Count(part, items: 1), scope, PartSection.WholeItems, start, item.End, items: 1);
        return true;
    }

    private bool TryDealWhole(int part, int scope, int start, in WireField item, ref WireError error)
    {
        if (!ItemCounter.TryCountItem(_signal, ItemCheck.Ids, _request, item, out int items, ref error))
            return false;
        _plan.AddItems(Count(part, items), scope, PartSection.WholeItems, start, item.End, items);
        return true;
    }

    private bool TrySplitMetric(int scope, int start, in WireField item, ref WireError error)
    {
        if (!MetricShell.TryRead(_request, item.ValueStart, item.End, out var shell, ref error))
            return false;
        _key.EnterMetric(_request, shell);

        // A metric without points is data all the same: it goes where a point without attributes would.
        if (shell.Points == 0)
            return TryFindPart(0, 0, out int part, ref error) && TryDealWhole(part, scope, start, item, ref error);

        int metric = _plan.BeginMetric(shell.Kind);
        for (int position = item.ValueStart; position < item.End;)
        {
            if (!WireReader.TryRead(_request, position, item.End, out var field, ref error))
                return false;
            if (!OtlpTags.IsMetricData(field.Number))
                _plan.AddToMetric(metric, position, field.End);
            else if (position >= shell.DataFrom && !TryDealPoints(scope, metric, field, ref error))
                return false;
            position = field.End;
        }

        return true;
    }

    private bool TryDealPoints(int scope, int metric, in WireField data, ref WireError error)
    {
        uint attributesNumber = OtlpTags.PointAttributesNumber(data.Number);
        for (int position = data.ValueStart; position < data.End;)
        {
            if (!TryDealUsual(OtlpTags.DataPoints, attributesNumber, scope, metric, ref position, data.End, ref error))
                return false;
            if (position >= data.End)
                break;

            ReadAhead.Of(_request, position);
            if (!WireReader.TryRead(_request, position, data.End, out var field, ref error))
                return false;
            if (field.Tag != OtlpTags.DataPoints)
                _plan.AddToMetricData(metric, position, field.End);
            else if (TryFindPart(field.ValueStart, field.End, attributesNumber, out int part, ref error))
                _plan.AddItems(Count(part, items: 1), scope, metric, position, field.End, items: 1);
            else
                return false;
            position = field.End;
        }

        return true;
    }

    private bool TryFindPart(int start, int end, out int part, ref WireError error) => TryFindPart(start, end, AttributesNumber, out part, ref error);

    /// <param name="start">Where the item's fields begin.</param>
    /// <param name="end">Where they end.</param>
    /// <param name="attributesNumber">Which of them are its attributes.</param>
    /// <param name="part">The part, for <see cref="Count"/>: its complement when the key is missing.</param>
    /// <param name="error">What is wrong with the bytes, when the answer is false.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryFindPart(int start, int end, uint attributesNumber, out int part, ref WireError error)
    {
        part = -1;
        if (!_key.TryIdentify(_request, start, end, attributesNumber, out var identifier, ref error))
            return false;
        part = PartOf(identifier);
        if (_key.IsMissing)
            part = ~part;
        return true;
    }

    private int PartOf(ReadOnlySpan<byte> identifier)
    {
        int part = _key.KnownPart;
        if (part >= 0)
            return part;
        part = _plan.PartOf(_router.SlotOf(identifier));
        _key.Keep(part);
        return part;
    }

    private int Count(int part, int items)
    {
        if (part >= 0)
            return part;
        _plan.AddMissingKey(items);
        return ~part;
    }
}
