using OrleansLb.Otlp.Wire;

namespace OrleansLb.Otlp.Splitting;

/// <summary>How one way of splitting treats the resource entries of a request, which it is given one after the other.</summary>
internal interface IResourceSplit
{
    /// <summary>Deals out the items of the entry that begins at <paramref name="start"/>; false when it is malformed.</summary>
    bool TrySplit(int start, WireField entry, ref WireError error);
}
