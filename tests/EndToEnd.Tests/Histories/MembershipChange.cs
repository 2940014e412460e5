using System.Collections.Immutable;

namespace OrleansLb.EndToEnd.Tests.Histories;

/// <summary>The declared window of a change: within it a key may be at its old owner and at its new one.</summary>
/// <param name="From">Before the change was made known.</param>
/// <param name="To">When every part that was routed before must be at the new owner's: debounce, replacement and hand-over windows included.</param>
/// <param name="Members">The backends from then on, as indexes in <see cref="History.Backends"/>.</param>
internal sealed record MembershipChange(TimeSpan From, TimeSpan To, ImmutableArray<int> Members)
{
    public bool Overlaps(TimeSpan from, TimeSpan to) => From <= to && from <= To;
}
