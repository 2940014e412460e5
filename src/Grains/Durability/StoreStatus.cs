namespace OrleansLb.Grains.Durability;

/// <summary>How a call to a store ended.</summary>
internal enum StoreStatus : byte
{
    /// <summary>Done.</summary>
    Done,

    /// <summary>There is no such record.</summary>
    Missing,

    /// <summary>The record is there and no good; reading it again does not help.</summary>
    Corrupt,

    /// <summary>The store has another version than the one that was to be replaced or removed.</summary>
    Conflict,

    /// <summary>Not now. A write may have been done all the same.</summary>
    Unavailable,
}
