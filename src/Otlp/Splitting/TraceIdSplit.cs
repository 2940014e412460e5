using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using OrleansLb.Otlp.Wire;

namespace OrleansLb.Otlp.Splitting;

/// <summary>Deals the spans or log records of a request out by trace ID.</summary>
internal ref struct TraceIdSplit<TField> : IResourceSplit
    where TField : struct, ITraceIdField
{
    private readonly Signal _signal;
    private readonly ReadOnlySpan<byte> _request;
    private readonly TraceIdRoute _route;
    private readonly SplitPlan _plan;
    private readonly TraceParts _traces;

    public TraceIdSplit(Signal signal, IdentifierDialect dialect, ReadOnlySpan<byte> request, IKeyRouter router, SplitPlan plan)
    {
        _signal = signal;
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

    private bool TrySplitScope(int resource, int position, int end, ref WireError error)
    {
        int scope = _plan.BeginScope(resource);
        while (position < end)
        {
            position = SplitUsualItems(scope, position, end);
            if (position >= end)
                break;
            if (!WireReader.TryRead(_request, position, end, out var field, ref error))
                return false;

            if (field.Tag == OtlpTags.Items)
            {
                if (!ItemTraceId.TryFind<TField>(_request, field.ValueStart, field.End, out int idStart, out int idLength, ref error))
                    return false;
                _plan.AddItems(PartOf(idStart, idLength), scope, PartSection.WholeItems, position, field.End, items: 1);
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

    /// <summary>Deals out items that are written as nearly all are, up to the first that is not; answers where that begins.</summary>
    private int SplitUsualItems(int scope, int position, int end)
    {
        ref byte origin = ref MemoryMarshal.GetReference(_request);
        int limit = Math.Min(end, _request.Length - UsualFields.Margin);
        while (position < limit)
        {
            ReadAhead.Of(ref origin, position);
            int start = UsualItem.Enter(OtlpTags.Items, ref origin, position, out int next);
            if (start < 0 || next > limit)
                break;
            nint id = TField.FindUsual(ref origin, start, next);
            if (id < 0)
                break;
            if (!_traces.TryFind(Unsafe.ReadUnaligned<UInt128>(ref Unsafe.Add(ref origin, id)), out int part))
                part = RouteNew((int)id);
            _plan.AddItems(part, scope, PartSection.WholeItems, position, next, items: 1);
            position = next;
        }

        return position;
    }

    private int PartOf(int id, int length)
    {
        if (length != Unsafe.SizeOf<UInt128>())
            return Route(_request.Slice(id, length), out _);
        return _traces.TryFind(MemoryMarshal.Read<UInt128>(_request[id..]), out int part) ? part : RouteNew(id);
    }

    // apart from the loop, whose variables then stay in registers
    [MethodImpl(MethodImplOptions.NoInlining)]
    private int RouteNew(int start)
    {
        var id = _request.Slice(start, Unsafe.SizeOf<UInt128>());
        int part = Route(id, out bool isMissing);
        if (!isMissing)
            _traces.Add(MemoryMarshal.Read<UInt128>(id), part);
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
