namespace OrleansLb.Grains.Durability;

/// <summary>Which parts of a segment are done, as another segment carries it.</summary>
/// <param name="Number">The segment.</param>
/// <param name="Runs">Runs of parts that are done; all that are, not only the latest.</param>
internal readonly record struct AckRecord(long Number, (int Start, int Length)[] Runs);
