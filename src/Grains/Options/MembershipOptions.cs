namespace OrleansLb.Grains.Options;

/// <summary>How patiently a load balancer follows the changes of its backends.</summary>
public sealed record MembershipOptions
{
    /// <summary>
    /// How long changes are collected from the first one on before they make a table. Zero: every answer counts at once. The first answer
    /// after a start and the first one after nothing was known count at once in any case.
    /// </summary>
    public TimeSpan Debounce { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long the seat of a backend that left is kept, with its partitions and its queue, for one that takes its place. Zero: not at all.</summary>
    public TimeSpan ReplacementWindow { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long the last list is used while the resolver has failed or found nobody, from the first failure on. Zero: for ever.</summary>
    public TimeSpan StaleGrace { get; init; }

    /// <summary>
    /// What an attempt under way to a backend that left has to come back in; then it is cancelled and the part goes to whoever owns it now.
    /// Without a replacement window five seconds, the default of <c>timeout</c>.
    /// </summary>
    public TimeSpan LeavingGrace => ReplacementWindow > TimeSpan.Zero ? ReplacementWindow : TimeSpan.FromSeconds(5);
}
