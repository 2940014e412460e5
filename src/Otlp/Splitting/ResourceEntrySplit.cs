using OrleansLb.Otlp.Identity;
using OrleansLb.Otlp.Wire;

namespace OrleansLb.Otlp.Splitting;

/// <summary>Deals the resource entries of a request out whole, by the resource's service name or by all of its attributes.</summary>
internal readonly ref struct ResourceEntrySplit : IResourceSplit
{
    private readonly ReadOnlySpan<byte> _request;
    private readonly Signal _signal;
    private readonly bool _byService;
    private readonly IKeyRouter _router;
    private readonly SplitPlan _plan;

    public ResourceEntrySplit(Signal signal, in SplitOptions options, ReadOnlySpan<byte> request, IKeyRouter router, SplitPlan plan)
    {
        _request = request;
        _signal = signal;
        _byService = options.Key == RoutingKey.Service;
        _router = router;
        _plan = plan;
    }

    public bool TrySplit(int start, WireField entry, ref WireError error)
    {
        var count = default(ItemCount);
        var name = default(ServiceName);
        _plan.Hasher.Clear();
        bool hasOld = false;
        int position = entry.ValueStart;
        while (position < entry.End)
        {
            if (!WireReader.TryRead(_request, position, entry.End, out var field, ref error))
                return false;
            if (OtlpTags.IsMistyped(field))
                return WireReader.WrongType(position, ref error);

            hasOld |= field.Tag == OtlpTags.OldScopeEntries;
            bool wellFormed = field.Tag switch
            {
                OtlpTags.Resource => _byService
                    ? name.TryLookIn(_request, field.ValueStart, field.End, ref error)
                    : _plan.Hasher.TryAdd(_request, field.ValueStart, field.End, OtlpTags.ResourceAttributesNumber, ref error),
                OtlpTags.OldScopeEntries => OldScopes.TryCount(_signal, _request, field, _plan, ref error)
                    && ItemCounter.TryCountScopeEntry(_signal, ItemCheck.Ids, _request, field.ValueStart, field.End, ref count, ref error),
                OtlpTags.ScopeEntries => ItemCounter.TryCountScopeEntry(_signal, ItemCheck.Ids, _request, field.ValueStart, field.End, ref count, ref error),
                _ => true,
            };
            if (!wellFormed)
                return false;
            position = field.End;
        }

        if (count.Elements == 0)
            return true;

        scoped ReadOnlySpan<byte> identifier;
        if (_byService)
        {
            identifier = name.Identifier(_request);
            if (!name.IsText)
                _plan.AddMissingKey(count.Items);
        }
        else
        {
            if (!_plan.Hasher.TryHash(_request, out var attributes, ref error))
                return false;
            identifier = StreamChain.Start.Add(attributes).ResourceText(_plan.Identifier);
        }

        int part = _plan.PartOf(_router.SlotOf(identifier));
        if (!hasOld)
            _plan.AddEntry(part, start, entry.End, count.Items);
        else
            OldScopes.AddEntry(_signal, _request, entry, part, _plan);
        return true;
    }
}
