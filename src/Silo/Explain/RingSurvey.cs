namespace OrleansLb.Silo.Explain;

/// <summary>One ring before and after a change.</summary>
/// <param name="Ring">The ring's name.</param>
/// <param name="Positions">Its partitions, or positions of a Collector ring.</param>
/// <param name="Before">The shares with the backends that were given.</param>
/// <param name="After">The shares after the change; null without one.</param>
/// <param name="Change">What the change moves; null without one.</param>
internal sealed record RingSurvey(string Ring, int Positions, RingShares Before, RingShares? After, RingChange? Change);
