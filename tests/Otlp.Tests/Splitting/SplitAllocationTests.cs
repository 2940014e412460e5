using OrleansLb.Otlp.Splitting;
using OrleansLb.Otlp.Wire;
using OrleansLb.Testing;

namespace OrleansLb.Otlp.Tests.Splitting;

public sealed class SplitAllocationTests
{
    public static TheoryData<Signal, RoutingKey, IdentifierDialect> Combinations()
    {
        var data = new TheoryData<Signal, RoutingKey, IdentifierDialect>();
        foreach (var signal in Enum.GetValues<Signal>())
        {
            foreach (var key in Enum.GetValues<RoutingKey>().Where(key => RequestSplitter.Supports(key, signal)))
            {
                data.Add(signal, key, IdentifierDialect.CoLocated);
                data.Add(signal, key, IdentifierDialect.Collector);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Combinations))]
    public void A_warm_plan_splits_counts_and_copies_without_allocating(Signal signal, RoutingKey key, IdentifierDialect dialect)
    {
        var router = new SumRouter();
        var options = new SplitCase(signal, key, dialect, 0, 0, 0).Options() with { Attributes = new RoutingAttributes(["key", "key-0", "scope.key", "span.kind", "span.name", "log.severity", "log.body"]) };
        using var plan = SplitPlan.Rent();
        byte[] request = Enumerable.Range(1, 2000)
            .Select(seed => new RequestGenerator(new Random(seed), signal, 20).Request())
            .First(drawn => RequestSplitter.TrySplit(signal, options, drawn, router, plan, out _) && plan.PartCount > 3 && !GoesElsewhereEachTime());
        byte[] destination = new byte[request.Length];
        int copied = Run(signal, options, request, destination, router, plan);

        Assert.Equal(0, AllocatedBytes.LeastOf(() =>
        {
            for (int i = 0; i < 10; i++)
                copied += Run(signal, options, request, destination, router, plan);
        }));
        Assert.True(copied > 33);

        // a part that never had so many items grows
        bool GoesElsewhereEachTime() => signal == Signal.Logs && key == RoutingKey.TraceId && plan.MissingKeyItems > 0;
    }

    private static int Run(
        Signal signal, SplitOptions options, byte[] request, byte[] destination, SumRouter router, SplitPlan plan)
    {
        if (!RequestScanner.TryCountItems(signal, request, out _, out _)
            || !RequestSplitter.TrySplit(signal, options, request, router, plan, out _))
        {
            return -1000;
        }

        for (int i = 0; i < plan.PartCount; i++)
            plan.CopyPart(i, request, destination);
        return plan.PartCount;
    }

    /// <summary>Allocates nothing itself.</summary>
    private sealed class SumRouter : IKeyRouter
    {
        public int SlotLimit => 1000;

        public int SlotOf(ReadOnlySpan<byte> routingIdentifier)
        {
            int sum = routingIdentifier.Length;
            foreach (byte b in routingIdentifier)
                sum += b;
            return sum % SlotLimit;
        }
    }
}
