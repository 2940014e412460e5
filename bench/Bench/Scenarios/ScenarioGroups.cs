using OrleansLb.Otlp;

namespace OrleansLb.Bench.Scenarios;

/// <summary>What a run measures.</summary>
internal static class ScenarioGroups
{
    private const string Codings = "codings";
    private const string BackendCount = "backends";
    private const string Variants = "variants";
    private const string Storage = "storage";
    private const string Tiers = "tiers";

    // Many more services than backends, so that every backend gets its share of one-service requests.
    private const int ManyServices = 3000;

    private static readonly int[] CountsByTrace = [3, 30, 300];
    private static readonly int[] CountsByService = [3, 300];

    public static IReadOnlyList<string> Names { get; } = [Codings, BackendCount, Storage, OverloadGroups.Full, OverloadGroups.Slow, Tiers, Variants];

    /// <summary>The groups that the options ask for.</summary>
    public static IReadOnlyList<ScenarioGroup> For(BenchOptions options)
    {
        var all = new List<ScenarioGroup> { OfCodings(), OfBackendCounts(), OfStorage(), OfTiers(), OverloadGroups.OfFullSpeed() };
        if (options.Groups.Contains(OverloadGroups.Slow))
            all.Add(OverloadGroups.OfSlowBackends());
        if (options.Variants.Count > 0)
            all.Add(OfVariants(options.Variants));
        return [.. all
            .Where(g => options.Groups.Count == 0 || options.Groups.Contains(g.Name))
            .Select(g => g.Filter(options.Filters))
            .Where(g => g.Scenarios.Count > 0)];
    }

    private static ScenarioGroup OfCodings()
    {
        ContentCoding[] codings = [ContentCoding.Identity, ContentCoding.Gzip];
        var scenarios =
            from subject in new[] { SubjectKind.Relay, SubjectKind.Balancer }
            from incoming in codings
            from outgoing in codings
            select new Scenario { Name = NameOf(subject, incoming, outgoing), Subject = subject, In = incoming, Out = outgoing };
        var unqueued = new Scenario { Name = "split without queue, none in, none out", Queue = QueueKind.None };
        string relay = NameOf(SubjectKind.Relay, ContentCoding.Identity, ContentCoding.Identity);
        return new ScenarioGroup(Codings, "Split by trace over 3 backends, against the relay", [.. scenarios, unqueued],
        [
            new CpuGoal(NameOf(SubjectKind.Balancer, ContentCoding.Identity, ContentCoding.Identity), relay, 1.15),
            new CpuGoal(NameOf(SubjectKind.Balancer, ContentCoding.Identity, ContentCoding.Gzip), relay, 1.6),
        ]);
    }

    private static ScenarioGroup OfBackendCounts()
    {
        var byTrace = CountsByTrace.Select(n => new Scenario { Name = $"traceID, {n} backends", Backends = n });
        var byService = CountsByService.Select(n => new Scenario
        {
            Name = $"service, {n} backends",
            Backends = n,
            RoutingKey = "service",
            Resources = 1,
            Services = ManyServices,
        });
        return new ScenarioGroup(BackendCount, "More backends: cost per part", [.. byTrace, .. byService],
            [new CpuGoal("service, 300 backends", "service, 3 backends", 1.1)]);
    }

    private static ScenarioGroup OfTiers()
    {
        var one = new Scenario { Name = "one process" };
        var two = new Scenario { Name = "ingress and silo", Subject = SubjectKind.Tiers };
        return new ScenarioGroup(Tiers, "Two tiers, whose usage is added up, against one process", [one, two], [new CpuGoal(two.Name, one.Name, 2.0)]);
    }

    private static ScenarioGroup OfStorage()
    {
        var scenarios =
            from coding in new[] { ContentCoding.Identity, ContentCoding.Gzip }
            from queue in new[] { QueueKind.Memory, QueueKind.File, QueueKind.FileSynced }
            select new Scenario { Name = NameOf(queue, coding), Queue = queue, Out = coding };
        var storingAll =
            from coding in new[] { ContentCoding.Identity, ContentCoding.Gzip }
            select new Scenario { Name = $"{NameOf(QueueKind.File, coding)}, all stored", Queue = QueueKind.File, Out = coding, StoresAll = true };
        var beforeSplit =
            from queue in new[] { QueueKind.BeforeSplit, QueueKind.FileBeforeSplit }
            select new Scenario { Name = NameOf(queue, ContentCoding.Identity), Queue = queue, Out = ContentCoding.Identity };
        CpuGoal GoalWith(ContentCoding coding) => new(NameOf(QueueKind.File, coding), NameOf(QueueKind.Memory, coding), 1.5);
        return new ScenarioGroup(Storage, "Durable queues: split by trace over 3 backends", [.. scenarios, .. storingAll, .. beforeSplit], [GoalWith(ContentCoding.Identity), GoalWith(ContentCoding.Gzip)]);
    }

    private static ScenarioGroup OfVariants(IReadOnlyList<Variant> variants)
    {
        var scenarios =
            from subject in new[] { SubjectKind.Relay, SubjectKind.Balancer }
            from variant in variants.Prepend(Variant.Plain)
            select new Scenario { Name = $"{NameOf(subject)} {variant.Name}".TrimEnd(), Subject = subject, Variant = variant };
        var small =
            from variant in variants.Prepend(Variant.Plain)
            select new Scenario
            {
                Name = $"ten spans {variant.Name}".TrimEnd(),
                SpansPerRequest = 10,
                Resources = 1,
                FewestRequests = 10_000,
                Variant = variant,
            };
        var byService =
            from variant in variants.Prepend(Variant.Plain)
            select new Scenario
            {
                Name = $"service, {CountsByService[^1]} backends {variant.Name}".TrimEnd(),
                Backends = CountsByService[^1],
                RoutingKey = "service",
                Resources = 1,
                Services = ManyServices,
                Variant = variant,
            };
        return new ScenarioGroup(Variants, "Runtime settings, or builds", [.. scenarios, .. small, .. byService], []);
    }

    private static string NameOf(SubjectKind subject) => subject == SubjectKind.Relay ? "relay" : "split";

    private static string NameOf(SubjectKind subject, ContentCoding incoming, ContentCoding outgoing) =>
        $"{NameOf(subject)}, {NameOf(incoming)} in, {NameOf(outgoing)} out";

    private static string NameOf(QueueKind queue, ContentCoding outgoing) => queue switch
    {
        QueueKind.File => $"SQLite without fsync, {NameOf(outgoing)} out",
        QueueKind.FileSynced => $"SQLite with fsync, {NameOf(outgoing)} out",
        QueueKind.BeforeSplit => $"sending_queue in memory, {NameOf(outgoing)} out",
        QueueKind.FileBeforeSplit => $"sending_queue in SQLite without fsync, {NameOf(outgoing)} out",
        _ => $"memory, {NameOf(outgoing)} out",
    };

    private static string NameOf(ContentCoding coding) => coding == ContentCoding.Gzip ? "gzip" : "none";
}
