using OrleansLb.Otlp.Wire;

namespace OrleansLb.Otlp.Splitting;

/// <summary>
/// Scope entries in the field of before OTLP 0.15 (<c>instrumentation_library_spans</c>, number 1000), which have the shape of today's. They are routed as those are and written as those are:
/// a backend of today would pass over the old number in silence.
/// </summary>
internal static class OldScopes
{
    /// <summary>Counts the items of such an entry, which is about to be split. Walked once more for that; few senders are so old.</summary>
    public static bool TryCount(Signal signal, ReadOnlySpan<byte> request, in WireField entry, SplitPlan plan, ref WireError error)
    {
        var count = default(ItemCount);
        if (!ItemCounter.TryCountScopeEntry(signal, ItemCheck.None, request, entry.ValueStart, entry.End, ref count, ref error))
            return false;
        plan.AddOld(count.Items);
        return true;
    }

    /// <summary>Adds a whole resource entry to a part, scope entry by scope entry.</summary>
    /// <param name="signal">What the request exports.</param>
    /// <param name="request">The request.</param>
    /// <param name="entry">The resource entry, which has been counted and found valid.</param>
    /// <param name="part">Where it goes.</param>
    /// <param name="plan">Receives it.</param>
    public static void AddEntry(Signal signal, ReadOnlySpan<byte> request, in WireField entry, int part, SplitPlan plan)
    {
        var known = default(WireError);
        int resource = plan.BeginResource();
        for (int position = entry.ValueStart; position < entry.End && WireReader.TryRead(request, position, entry.End, out var field, ref known); position = field.End)
        {
            if (field.Tag is OtlpTags.ScopeEntries or OtlpTags.OldScopeEntries)
                AddScope(signal, request, field, plan.BeginScope(resource), part, plan);
            else
                plan.AddToResource(resource, position, field.End);
        }
    }

    private static void AddScope(Signal signal, ReadOnlySpan<byte> request, in WireField entry, int scope, int part, SplitPlan plan)
    {
        var known = default(WireError);
        for (int position = entry.ValueStart; position < entry.End && WireReader.TryRead(request, position, entry.End, out var field, ref known); position = field.End)
        {
            if (field.Tag != OtlpTags.Items)
                plan.AddToScope(scope, position, field.End);
            else if (ItemCounter.TryCountItem(signal, ItemCheck.None, request, field, out int items, ref known))
                plan.AddItems(part, scope, PartSection.WholeItems, position, field.End, items);
        }
    }
}
