using System.Collections.Immutable;
using System.Globalization;

namespace OrleansLb.EndToEnd.Tests.Chaos;

/// <param name="At">When it begins; later if the one before it is not over.</param>
/// <param name="Kind">What happens.</param>
/// <param name="Members">The backends when it is over.</param>
/// <param name="Missing">The backend that a flap leaves out.</param>
internal sealed record MembershipStep(TimeSpan At, MembershipKind Kind, ImmutableArray<int> Members, int Missing)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{At.TotalSeconds:0.000} {Kind} [{string.Join(' ', Members)}]");
}
