namespace OrleansLb.Ingress.HotKeys;

/// <summary>A key that a <see cref="HeavyHitters"/> keeps.</summary>
internal struct HeavyHitter
{
    public ulong Hash;

    /// <summary>The estimate of its items.</summary>
    public long Items;

    /// <summary>By how much the estimate may be too large.</summary>
    public long Error;

    /// <summary>The bytes of the whole key.</summary>
    public int Length;

    /// <summary>The ring slot that it went to last.</summary>
    public int Slot;

    /// <summary>The backend that sat there.</summary>
    public string Backend;
}
