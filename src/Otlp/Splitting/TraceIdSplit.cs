using OrleansLb.Otlp.Wire;

namespace OrleansLb.Otlp.Splitting;

/// <summary>Deals the spans or log records of a request out by trace ID.</summary>
internal ref struct TraceIdSplit : IResourceSplit
{
    private readonly ReadOnlySpan<byte> _request;
    private readonly TraceIdRoute _route;
    private readonly SplitPlan _plan;
    private readonly uint _idTag;

    // Exporters send the items of a trace next to each other more often than not.
    private ReadOnlySpan<byte> _lastId;
    private int _lastPart = -1;

    public TraceIdSplit(Signal signal, IdentifierDialect dialect, ReadOnlySpan<byte> request, IKeyRouter router, SplitPlan plan)
    {
        _request = request;
        _plan = plan;
        _idTag = signal == Signal.Traces ? OtlpTags.SpanTraceId : OtlpTags.LogRecordTraceId;
        _route = new TraceIdRoute(signal, dialect, router, plan.Identifier);
    }

    public bool TrySplit(int start, WireField entry, ref WireError error)
    {
        int resource = _plan.BeginResource();
        int position = entry.ValueStart;
        while (position < entry.End)
        {
            if (!WireReader.TryRead(_request, position, entry.End, out var field, ref error))
                return false;
            if (field.Tag == OtlpTags.ScopeEntries)
            {
                if (!TrySplitScope(resource, field.ValueStart, field.End, ref error))
                    return false;
            }
            else if (field.Number <= OtlpTags.LastEntryNumber && field.Type != WireType.LengthDelimited)
            {
                return WireReader.WrongType(position, ref error);
            }
            else
            {
                _plan.AddToResource(resource, position, field.End);
            }

            position = field.End;
        }

        return true;
    }

    private bool TrySplitScope(int resource, int position, int end, ref WireError error)
    {
        int scope = _plan.BeginScope(resource);
        while (position < end)
        {
            if (!WireReader.TryRead(_request, position, end, out var field, ref error))
                return false;
            if (field.Tag == OtlpTags.Items)
            {
                if (!ItemTraceId.TryFind(_request, field.ValueStart, field.End, _idTag, out int idStart, out int idLength, ref error))
                    return false;
                _plan.AddRun(PartOf(_request.Slice(idStart, idLength)), scope, position, field.End, items: 1);
            }
            else if (field.Number <= OtlpTags.LastEntryNumber && field.Type != WireType.LengthDelimited)
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

    private int PartOf(ReadOnlySpan<byte> id)
    {
        if (_lastPart >= 0 && id.SequenceEqual(_lastId))
            return _lastPart;

        int part = _plan.PartOf(_route.SlotOf(id, out bool isMissing));
        _lastId = id;
        _lastPart = isMissing ? -1 : part;
        if (isMissing)
            _plan.AddMissingKey(1);
        return part;
    }
}
