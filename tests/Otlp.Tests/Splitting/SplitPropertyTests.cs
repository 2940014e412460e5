using Google.Protobuf;
using OrleansLb.Otlp.Splitting;
using OrleansLb.Otlp.Wire;
using Xunit.Abstractions;

namespace OrleansLb.Otlp.Tests.Splitting;

public sealed class SplitPropertyTests(ITestOutputHelper output)
{
    [Fact]
    public void Every_slot_gets_exactly_what_the_object_model_says() => SplitProperties.Check(output, 1500, split =>
    {
        byte[] request = split.Request();
        var router = new HashRouter(split.Slots);
        var parts = SplitParts.Of(split, request, router);
        var oracle = new SplitOracle(split, router);
        var expected = oracle.Parts(request);

        Assert.Equal(expected.Keys.Order(), parts.Select(p => p.Part.Slot).Order());
        foreach (var (part, bytes) in parts)
        {
            if (parts.Count == 1)
                Assert.Equal(request, bytes);
            else
                Assert.Equal(expected[part.Slot], OtlpMessages.Parse(split.Signal, bytes));
            Assert.Equal(OtlpMessages.Elements(expected[part.Slot]).Sum(OtlpMessages.ItemsIn), part.ItemCount);
            Assert.Equal(bytes.Length, part.Length);
        }

        using var plan = SplitPlan.Rent();
        Assert.True(RequestSplitter.TrySplit(split.Signal, split.Options(), request, new HashRouter(split.Slots), plan, out _));
        Assert.Equal(oracle.MissingKeyItems, plan.MissingKeyItems);
    });

    [Fact]
    public void Nothing_is_lost_or_doubled() => SplitProperties.Check(output, 500, split =>
    {
        byte[] request = split.Request();
        var parts = SplitParts.Of(split, request, new HashRouter(split.Slots));

        Func<IMessage, IEnumerable<string>> flatten = split.Signal == Signal.Metrics ? OtlpMessages.FlattenPoints : OtlpMessages.Flatten;
        Assert.Equal(
            flatten(OtlpMessages.Parse(split.Signal, request)).Order(),
            parts.SelectMany(p => flatten(OtlpMessages.Parse(split.Signal, p.Bytes))).Order());
    });

    [Fact]
    public void Splitting_a_part_again_yields_the_part_whole() => SplitProperties.Check(output, 500, split =>
    {
        // Records without a trace ID draw a new key each time.
        if (split is { Signal: Signal.Logs, Key: RoutingKey.TraceId })
            return;

        foreach (var (part, bytes) in SplitParts.Of(split, split.Request(), new HashRouter(split.Slots)))
        {
            var again = Assert.Single(SplitParts.Of(split, bytes, new HashRouter(split.Slots)));
            Assert.Equal(part, again.Part);
            Assert.Equal(bytes, again.Bytes);
        }
    });

    [Fact]
    public void Counts_agree_with_the_object_model() => SplitProperties.Check(output, 1000, split =>
    {
        byte[] request = split.Request();

        Assert.True(RequestScanner.TryCountItems(split.Signal, request, out int items, out var error), error.ToString());
        Assert.Equal(OtlpMessages.Elements(OtlpMessages.Parse(split.Signal, request)).Sum(OtlpMessages.ItemsIn), items);
    });
}
