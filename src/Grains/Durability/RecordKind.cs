namespace OrleansLb.Grains.Durability;

/// <summary>What a record of a durable queue holds; the numbers are stored.</summary>
internal enum RecordKind : ushort
{
    /// <summary>Parts, and which parts of other segments are done.</summary>
    Segment = 1,

    /// <summary>Which numbers segments may have.</summary>
    Manifest = 2,
}
