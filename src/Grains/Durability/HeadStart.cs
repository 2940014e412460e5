namespace OrleansLb.Grains.Durability;

/// <summary>
/// How long the writing of a segment is held back, so that what is delivered meanwhile need not be stored at all: the whole time while deliveries are quicker than that, and
/// not at all once one was not, until many in a row are quick again.
/// </summary>
/// <param name="longest">The whole time; zero: everything is stored, and is not taken before.</param>
internal sealed class HeadStart(TimeSpan longest)
{
    private const int Proof = 16;

    private int _quick = Proof;

    /// <summary>Whether parts may be delivered before they are stored.</summary>
    public bool IsAllowed => longest > TimeSpan.Zero;

    /// <summary>How long to hold back now.</summary>
    public TimeSpan Current => _quick >= Proof ? longest : TimeSpan.Zero;

    /// <summary>A part was delivered so long after it came.</summary>
    public void Delivered(TimeSpan took) => _quick = took <= longest ? Math.Min(_quick + 1, Proof) : 0;

    /// <summary>The writing was held back in vain.</summary>
    public void Missed() => _quick = 0;
}
