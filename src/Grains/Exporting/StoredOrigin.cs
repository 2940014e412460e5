using OrleansLb.Grains.Durability;

namespace OrleansLb.Grains.Exporting;

/// <summary>A stored part while it, or the pieces that it was dealt out into, are on their way. It is done when all of them are.</summary>
internal sealed class StoredOrigin(StoredPlace place)
{
    private int _open = 1;

    /// <summary>Where it is stored.</summary>
    public StoredPlace Place => place;

    /// <summary>A piece was not seen through: the whole part stays stored.</summary>
    public bool IsKept { get; set; }

    /// <summary>One more piece.</summary>
    public StoredOrigin Share()
    {
        _open++;
        return this;
    }

    /// <summary>One piece fewer.</summary>
    /// <returns>Whether it was the last one and none was kept.</returns>
    public bool Leave() => --_open == 0 && !IsKept;
}
