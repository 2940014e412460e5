namespace OrleansLb.Grains.Durability;

/// <summary>Where a part is stored.</summary>
/// <param name="Segment">The segment.</param>
/// <param name="Index">Its place therein.</param>
/// <param name="Room">The room that the part takes up in the queue.</param>
internal readonly record struct StoredPlace(StoredSegment Segment, int Index, int Room = 1);
