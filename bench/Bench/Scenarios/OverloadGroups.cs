using OrleansLb.Otlp;

namespace OrleansLb.Bench.Scenarios;

/// <summary>More is offered than can be delivered: it must cost neither throughput nor CPU per span, and leave no copies.</summary>
internal static class OverloadGroups
{
    public const string Full = "overload";
    public const string Slow = "overload-slow";

    private const double LeastRate = 0.95;
    private const double MostCpu = 1.15;

    // A queue takes 1000: two thirds of a round are more than it holds, or a third where backends are slow and rounds long.
    private const int FullRound = 3000;
    private const int SlowRound = 1500;

    // Ten requests at a time are on their way to a backend: 100 a second.
    private static readonly TimeSpan BackendDelay = TimeSpan.FromMilliseconds(100);

    private static readonly Overload Sustained = new(8, 1, HeedsDelays: false);
    private static readonly Overload Tripled = new(96, 6, HeedsDelays: false);
    private static readonly ContentCoding[] Codings = [ContentCoding.Identity, ContentCoding.Gzip];

    /// <summary>Backends as fast as the machine lets them be.</summary>
    public static ScenarioGroup OfFullSpeed() => Of(
        Full, "Offered three times what can be delivered", FullRound, TimeSpan.Zero,
        [Sustained, new Overload(32, 2, HeedsDelays: false), Tripled, Tripled with { HeedsDelays = true }]);

    /// <summary>Backends that set the pace. Up to 200 requests wait for the next two seconds' room; what is offered beyond that is refused.</summary>
    public static ScenarioGroup OfSlowBackends() => Of(
        Slow, "Offered more than slow backends take (100 requests a second)", SlowRound, BackendDelay,
        [Sustained, Tripled, new Overload(384, 8, HeedsDelays: false), new Overload(384, 8, HeedsDelays: true)]);

    private static ScenarioGroup Of(string name, string title, int requests, TimeSpan delay, Overload[] loads)
    {
        var scenarios =
            from coding in Codings
            from load in loads
            select new Scenario { Name = NameOf(load, coding), Out = coding, Overload = load, FewestRequests = requests, BackendDelay = delay };
        List<Scenario> all = [.. scenarios];
        IEnumerable<Goal> goals = Codings.SelectMany(coding => (Goal[])
        [
            new RateGoal(NameOf(Tripled, coding), NameOf(Sustained, coding), LeastRate),
            new CpuGoal(NameOf(Tripled, coding), NameOf(Sustained, coding), MostCpu),
        ]);
        return new ScenarioGroup(name, title, all, [.. goals, .. all.Select(s => new NoCopiesGoal(s.Name))]);
    }

    private static string NameOf(Overload load, ContentCoding coding)
    {
        string manner = load.Concurrency <= 32 ? "" : load.HeedsDelays ? " heeding delays" : " again at once";
        return $"{load.Concurrency} in flight{manner}, {(coding == ContentCoding.Gzip ? "gzip" : "none")} out";
    }
}
