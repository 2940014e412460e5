using OrleansLb.Otlp.Splitting;
using OrleansLb.OtlpModel;
using OrleansLb.Testing;
using static OrleansLb.Otlp.Tests.Identity.Attributes;

namespace OrleansLb.Otlp.Tests.Splitting;

/// <summary>How metrics look that were split by their points.</summary>
public sealed class PointSplitTests
{
    [Fact]
    public void Points_of_one_slot_stay_in_one_metric_that_keeps_all_of_its_fields()
    {
        var data = new WireMessage().Message(1, Point("a")).Message(1, Point("b")).Message(1, Point("a")).Varint(2, 1).Varint(3, 1).Text(2000, "unknown");
        var metric = new WireMessage().Text(1, "m").Text(2, "about it").Text(3, "By").Message(7, data).Message(12, Pair("meta", Int(1))).Text(2001, "unknown");

        var parts = Split(metric);

        Assert.Equal([2, 1], parts.Select(part => part.Items));
        Assert.All(parts, part =>
        {
            var only = Assert.Single(part.Metrics);
            Assert.Equal(("m", "about it", "By"), (only.Name, only.Description, only.Unit));
            Assert.Equal("meta", Assert.Single(only.Metadata).Key);
            Assert.Equal((AggregationTemporality.Delta, true), (only.Sum.AggregationTemporality, only.Sum.IsMonotonic));
            Assert.Equal(part.Items, only.Sum.DataPoints.Count);

            only.Sum.DataPoints.Clear();
            var emptied = Metric.Parser.ParseFrom(metric.Encode());
            emptied.Sum.DataPoints.Clear();
            Assert.Equal(emptied, only);
        });
    }

    [Theory]
    [InlineData(5)]
    [InlineData(7)]
    [InlineData(9)]
    [InlineData(10)]
    [InlineData(11)]
    public void Metrics_of_each_kind_keep_all_but_the_points_of_others_and_so_do_resource_and_scope(uint kind)
    {
        uint attributesNumber = kind switch { 9 => 9, 10 => 1, _ => 7 };
        var data = new WireMessage().Message(1, List(attributesNumber, ("k", Text("a")))).Message(1, List(attributesNumber, ("k", Text("b"))));
        if (kind is 7 or 9 or 10)
            data.Varint(2, 2);
        if (kind == 7)
            data.Varint(3, 1);
        var metric = new WireMessage().Text(1, "m").Text(2, "about it").Text(3, "By").Message(kind, data).Message(12, Pair("meta", Int(1)));
        var scope = new WireMessage().Message(1, new WireMessage().Text(1, "library")).Message(2, metric).Text(3, "https://example.org/scope");
        byte[] request = new WireMessage()
            .Message(1, new WireMessage().Message(1, List(1, ("service.name", Text("s")))).Message(2, scope).Text(3, "https://example.org/resource")).Encode();

        foreach (var key in new[] { RoutingKey.Attributes, RoutingKey.StreamId })
        {
            var options = new SplitOptions(key, IdentifierDialect.Collector, new RoutingAttributes(["k"]));
            var router = new TakingTurns();
            using var plan = SplitPlan.Rent();
            Assert.True(RequestSplitter.TrySplit(Signal.Metrics, options, request, router, plan, out var error), error.ToString());
            Assert.Equal(2, plan.PartCount);
            for (int i = 0; i < plan.PartCount; i++)
            {
                byte[] part = new byte[plan.Part(i).Length];
                plan.CopyPart(i, request, part);
                var expected = ExportMetricsServiceRequest.Parser.ParseFrom(request);
                OtlpMessages.Points(expected.ResourceMetrics[0].ScopeMetrics[0].Metrics[0]).RemoveAt(1 - i);
                Assert.Equal(expected, ExportMetricsServiceRequest.Parser.ParseFrom(part));
            }
        }
    }

    [Fact]
    public void A_metric_without_points_is_kept_next_to_points_that_end_where_it_begins()
    {
        var withPoints = new WireMessage().Text(1, "with").Message(5, new WireMessage().Message(1, new WireMessage()).Message(1, Point("b")).Message(1, new WireMessage()));
        var without = new WireMessage().Text(1, "without").Message(5, new WireMessage());
        var nothing = new WireMessage().Text(1, "nothing");

        var parts = Split(withPoints, without, nothing);

        Assert.Equal([2, 1], parts.Select(part => part.Items));
        Assert.Equal(["with", "without", "nothing"], parts[0].Metrics.Select(metric => metric.Name));
        Assert.Equal(["with"], parts[1].Metrics.Select(metric => metric.Name));
    }

    [Fact]
    public void Data_that_another_kind_replaced_is_gone_for_every_reader_and_for_us()
    {
        var metric = new WireMessage()
            .Message(5, new WireMessage().Message(1, Point("a")).Message(1, Point("b")))
            .Message(7, new WireMessage().Message(1, Point("a")).Varint(2, 2))
            .Message(7, new WireMessage().Message(1, Point("b")).Message(1, Point("a")));

        var parts = Split(metric);

        Assert.Equal([2, 1], parts.Select(part => part.Items));
        Assert.All(parts, part =>
        {
            var sum = Assert.Single(part.Metrics).Sum;
            Assert.Equal((part.Items, AggregationTemporality.Cumulative), (sum.DataPoints.Count, sum.AggregationTemporality));
        });
    }

    [Fact]
    public void Resource_and_scope_are_written_once_for_all_metrics_of_a_part()
    {
        var first = new WireMessage().Text(1, "first").Message(5, new WireMessage().Message(1, Point("a")).Message(1, Point("b")));
        var second = new WireMessage().Text(1, "second").Message(11, new WireMessage().Message(1, Point("b")).Message(1, Point("a")));

        Assert.All(Split(first, second), part => Assert.Equal(["first", "second"], part.Metrics.Select(metric => metric.Name)));
    }

    private static WireMessage Point(string value) => List(7, ("k", Text(value)));

    /// <summary>Splits by the attribute k; "a" and nothing have one slot, "b" has the other.</summary>
    private static List<(int Items, List<Metric> Metrics)> Split(params WireMessage[] metrics)
    {
        var scope = new WireMessage();
        foreach (var metric in metrics)
            scope.Message(2, metric);
        byte[] request = new WireMessage().Message(1, new WireMessage().Message(2, scope)).Encode();

        using var plan = SplitPlan.Rent();
        var options = new SplitOptions(RoutingKey.Attributes, IdentifierDialect.CoLocated, new RoutingAttributes(["k"]));
        Assert.True(RequestSplitter.TrySplit(Signal.Metrics, options, request, new TwoSlots(), plan, out var error), error.ToString());
        var parts = new List<(int Items, List<Metric> Metrics)>();
        for (int i = 0; i < plan.PartCount; i++)
        {
            byte[] part = new byte[plan.Part(i).Length];
            plan.CopyPart(i, request, part);
            var entry = Assert.Single(ExportMetricsServiceRequest.Parser.ParseFrom(part).ResourceMetrics);
            parts.Add((plan.Part(i).ItemCount, [.. Assert.Single(entry.ScopeMetrics).Metrics]));
        }

        return parts;
    }

    private sealed class TakingTurns : IKeyRouter
    {
        private int _asked;

        public int SlotLimit => 2;

        public int SlotOf(ReadOnlySpan<byte> routingIdentifier) => _asked++ % 2;
    }

    private sealed class TwoSlots : IKeyRouter
    {
        public int SlotLimit => 2;

        public int SlotOf(ReadOnlySpan<byte> routingIdentifier) => routingIdentifier.SequenceEqual("k=b|"u8) ? 1 : 0;
    }
}
