namespace OrleansLb.Grains.Durability;

/// <summary>Where a part is stored.</summary>
/// <param name="Segment">The segment.</param>
/// <param name="Index">Its place therein.</param>
internal readonly record struct StoredPlace(StoredSegment Segment, int Index);
