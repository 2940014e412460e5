using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using OrleansLb.Otlp.Wire;

namespace OrleansLb.Otlp.Splitting;

/// <summary>Deals the spans or log records of a request out by trace ID.</summary>
internal ref struct TraceIdSplit<TField> : IResourceSplit
    where TField : struct, ITraceIdField
{
    private readonly ReadOnlySpan<byte> _request;
    private readonly TraceIdRoute _route;
    private readonly SplitPlan _plan;
    private readonly TraceParts _traces;

    public TraceIdSplit(Signal signal, IdentifierDialect dialect, ReadOnlySpan<byte> request, IKeyRouter router, SplitPlan plan)
    {
        _request = request;
        _plan = plan;
        _traces = plan.TraceParts;
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
        int run = position;
        int runPart = -1;
        int items = 0;
        int fetched = position;
        while (position < end)
        {
            ReadAhead.From(_request, position, end, ref fetched);
            if (!WireReader.TryRead(_request, position, end, out var field, ref error))
                return false;

            int part = -1;
            if (field.Tag == OtlpTags.Items)
            {
                if (!ItemTraceId.TryFind<TField>(_request, field.ValueStart, field.End, out int idStart, out int idLength, ref error))
                    return false;
                part = PartOf(_request.Slice(idStart, idLength));
            }
            else if (field.Number <= OtlpTags.LastEntryNumber && field.Type != WireType.LengthDelimited)
            {
                return WireReader.WrongType(position, ref error);
            }
            else
            {
                _plan.AddToScope(scope, position, field.End);
            }

            if (part != runPart)
            {
                if (runPart >= 0)
                    _plan.AddRun(runPart, scope, run, position, items);
                (run, runPart, items) = (position, part, 0);
            }

            items++;
            position = field.End;
        }

        if (runPart >= 0)
            _plan.AddRun(runPart, scope, run, position, items);
        return true;
    }

    private int PartOf(ReadOnlySpan<byte> id)
    {
        if (id.Length != Unsafe.SizeOf<UInt128>())
            return Route(id, out _);

        var key = MemoryMarshal.Read<UInt128>(id);
        if (_traces.TryFind(key, out int part))
            return part;
        part = Route(id, out bool isMissing);
        if (!isMissing)
            _traces.Add(key, part);
        return part;
    }

    private readonly int Route(ReadOnlySpan<byte> id, out bool isMissing)
    {
        int part = _plan.PartOf(_route.SlotOf(id, out isMissing));
        if (isMissing)
            _plan.AddMissingKey(1);
        return part;
    }
}
