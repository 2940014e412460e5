using OrleansLb.Grains.Membership;

namespace OrleansLb.Silo.Explain;

/// <summary>What a change of the backends moves, as parts of the ring or of the keys from 0 to 1.</summary>
/// <param name="Ideal">What must move for every backend to have the share of its weight again.</param>
/// <param name="Moved">The part of the ring with another backend than before.</param>
/// <param name="Needless">The part of the ring that went from one backend that stays to another that stays.</param>
/// <param name="MeasuredMoved">The part of the keys with another backend than before.</param>
internal sealed record RingChange(double Ideal, double Moved, double Needless, double MeasuredMoved)
{
    /// <summary>What must move from the shares of one list to those of another, by the backends' names.</summary>
    public static double IdealOf(IReadOnlyCollection<Backend> before, IReadOnlyCollection<Backend> after)
    {
        double weightsBefore = before.Sum(static backend => backend.Weight), weightsAfter = after.Sum(static backend => backend.Weight);
        var sharesAfter = after.ToDictionary(static backend => backend.Endpoint, backend => backend.Weight / weightsAfter, StringComparer.Ordinal);
        return before.Sum(backend => Math.Max(0, (backend.Weight / weightsBefore) - sharesAfter.GetValueOrDefault(backend.Endpoint)));
    }
}
