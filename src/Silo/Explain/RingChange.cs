namespace OrleansLb.Silo.Explain;

/// <summary>What a change of the backends moves, as parts of the ring or of the keys from 0 to 1.</summary>
/// <param name="Ideal">What must move for even shares to stay even.</param>
/// <param name="Moved">The part of the ring with another backend than before.</param>
/// <param name="Needless">The part of the ring that went from one backend that stays to another that stays.</param>
/// <param name="MeasuredMoved">The part of the keys with another backend than before.</param>
internal sealed record RingChange(double Ideal, double Moved, double Needless, double MeasuredMoved)
{
    /// <summary>What must move when <paramref name="before"/> even shares become <paramref name="after"/> and <paramref name="staying"/> backends are in both.</summary>
    public static double IdealOf(int before, int after, int staying) => 1 - (double)staying / Math.Max(before, after);
}
