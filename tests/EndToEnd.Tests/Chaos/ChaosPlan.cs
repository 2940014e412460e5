using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace OrleansLb.EndToEnd.Tests.Chaos;

/// <summary>What is to happen, and when: a pure function of the settings.</summary>
internal sealed record ChaosPlan(
    ChaosConfiguration Configuration,
    ImmutableArray<ImmutableArray<BackendStep>> Backends,
    ImmutableArray<MembershipStep> Membership,
    ImmutableArray<ProgramStep> Program,
    ImmutableArray<OverloadStep> Overloads)
{
    /// <summary>How many backends there are, and how many of them the name has at first.</summary>
    public const int BackendCount = 5;
    public const int FirstMembers = 4;

    private static readonly BackendFault[] Faults = Enum.GetValues<BackendFault>();

    public static ChaosPlan Draw(ChaosSettings settings)
    {
        var random = new Random(settings.Seed);
        return new ChaosPlan(
            ChaosConfiguration.Draw(random, settings.IsDurable),
            [.. Enumerable.Range(0, BackendCount).Select(_ => Backend(new Random(random.Next()), settings.Duration))],
            Members(new Random(random.Next()), settings.Duration),
            settings.IsDurable ? Ends(new Random(random.Next()), settings.Duration) : [],
            Crowds(new Random(random.Next()), settings.Duration));
    }

    public override string ToString()
    {
        var text = new StringBuilder().AppendLine(Configuration.ToString());
        for (int i = 0; i < Backends.Length; i++)
            text.AppendLine(CultureInfo.InvariantCulture, $"backend {i}: {string.Join(", ", Backends[i])}");
        text.AppendLine(CultureInfo.InvariantCulture, $"membership: {string.Join(", ", Membership)}");
        text.AppendLine(CultureInfo.InvariantCulture, $"program: {string.Join(", ", Program)}");
        return text.Append(CultureInfo.InvariantCulture, $"overload: {string.Join(", ", Overloads)}").ToString();
    }

    private static ImmutableArray<BackendStep> Backend(Random random, TimeSpan duration)
    {
        var steps = ImmutableArray.CreateBuilder<BackendStep>();
        var at = Seconds(random, 0.5, 4);
        while (at < duration)
        {
            var fault = Faults[random.Next(Faults.Length)];
            var lasting = fault == BackendFault.RefusesForGood ? Seconds(random, 0.1, 0.4) : Seconds(random, 0.3, 3);
            steps.Add(new BackendStep(at, fault, lasting));
            at += lasting + Seconds(random, 1, 6);
        }

        return steps.ToImmutable();
    }

    private static ImmutableArray<MembershipStep> Members(Random random, TimeSpan duration)
    {
        var steps = ImmutableArray.CreateBuilder<MembershipStep>();
        var members = Enumerable.Range(0, FirstMembers).ToList();
        for (var at = Seconds(random, 2, 4); at < duration; at += Seconds(random, 4, 10))
        {
            var kind = (MembershipKind)random.Next(5);
            if (kind is MembershipKind.Fails or MembershipKind.Flaps)
            {
                steps.Add(new MembershipStep(at, kind, [.. members], members[random.Next(members.Count)]));
                continue;
            }

            int[] outside = [.. Enumerable.Range(0, BackendCount).Except(members)];
            if (kind != MembershipKind.Joins && members.Count > (kind == MembershipKind.Replaces ? 0 : 2))
                members.RemoveAt(random.Next(members.Count));
            if (kind != MembershipKind.Leaves && outside.Length > 0)
                members.Add(outside[random.Next(outside.Length)]);
            steps.Add(new MembershipStep(at, kind, [.. members], -1));
        }

        return steps.ToImmutable();
    }

    private static ImmutableArray<ProgramStep> Ends(Random random, TimeSpan duration)
    {
        var steps = ImmutableArray.CreateBuilder<ProgramStep>();
        for (var at = Seconds(random, 1, 5); at < duration; at += Seconds(random, 4, 10))
            steps.Add(new ProgramStep(at, IsKilled: random.Next(4) > 0, Seconds(random, 0, 1)));
        return steps.ToImmutable();
    }

    // the last one comes when everything is healed, so that nothing excuses what it doubles
    private static ImmutableArray<OverloadStep> Crowds(Random random, TimeSpan duration)
    {
        var steps = ImmutableArray.CreateBuilder<OverloadStep>();
        for (var at = Seconds(random, 1, 4); at < duration; at += Seconds(random, 4, 12))
            steps.Add(new OverloadStep(at, Seconds(random, 0.5, 2), random.Next(100, 400)));
        steps.Add(new OverloadStep(TimeSpan.MaxValue, ChaosSettings.LastOverload, random.Next(100, 400)));
        return steps.ToImmutable();
    }

    private static TimeSpan Seconds(Random random, double least, double most) =>
        TimeSpan.FromMilliseconds(Math.Round(1000 * (least + (random.NextDouble() * (most - least)))));
}
