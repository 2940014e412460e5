namespace OrleansLb.Embedded.Engine;

/// <summary>How a call shares the activation with other calls.</summary>
[Flags]
internal enum RequestTraits
{
    None = 0,

    /// <summary>May run next to any other call.</summary>
    Interleaves = 1,

    /// <summary>May run next to other calls that only read.</summary>
    ReadsOnly = 2,

    /// <summary>The caller does not wait.</summary>
    OneWay = 4,

    /// <summary>Belongs to this one activation (a timer tick): dropped, not forwarded, when the activation ends.</summary>
    Local = 8,

    /// <summary>Does not count as use of the grain.</summary>
    Unnoticed = 16,
}
