namespace OrleansLb.Grains.Durability;

/// <summary>What a look at a stored record's envelope says.</summary>
internal enum RecordCondition : byte
{
    /// <summary>As it was written, in a version that is known.</summary>
    Sound,

    /// <summary>Torn, flipped or something else altogether.</summary>
    Corrupt,

    /// <summary>As it was written, by a newer program.</summary>
    Newer,
}
