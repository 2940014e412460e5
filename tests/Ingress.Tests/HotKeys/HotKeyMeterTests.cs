using System.Text;
using OrleansLb.Grains.Membership;
using OrleansLb.Grains.Options;
using OrleansLb.Grains.Routing;
using OrleansLb.Ingress.HotKeys;
using OrleansLb.Otlp;
using OrleansLb.Otlp.Splitting;
using OrleansLb.Testing;
using Xunit.Abstractions;

namespace OrleansLb.Ingress.Tests.HotKeys;

public sealed class HotKeyMeterTests(ITestOutputHelper output)
{
    private static readonly RoutingTable Table = TableOf("a:1", "b:1", "c:1");

    private static readonly SplitOptions ByService = new(RoutingKey.Service, IdentifierDialect.CoLocated);

    private static readonly SplitOptions ByTrace = new(RoutingKey.TraceId, IdentifierDialect.CoLocated);

    [Fact]
    public void Items_of_services_are_counted_exactly_with_slot_and_backend()
    {
        var meter = new HotKeyMeter("lb", ByService, oneIn: 1);
        meter.Observe(Signal.Traces, Services(("cart", 5), ("checkout", 2), ("cart", 1)), Table);
        meter.Observe(Signal.Traces, Services(("checkout", 1)), Table);

        var report = meter.Report();
        Assert.Equal(("lb", 1, 2, 9, 0), (report.ComponentId, report.OneIn, report.SampledRequests, report.SampledItems, report.UnattributedItems));
        Assert.Equal([("cart", 6, 0), ("checkout", 3, 0)], report.Keys.Select(static k => (Text(k), k.Items, k.MaxError)));
        foreach (var key in report.Keys)
        {
            int slot = Table.SlotOf(key.Identifier);
            Assert.Equal((slot, Table.BackendOf(slot)), (key.Slot, key.Backend));
        }

        Assert.Equal(2.0 / 3, report.Keys[0].Share);
    }

    [Fact]
    public void Estimates_are_what_was_sampled_times_the_interval()
    {
        int seed = TestSeed.Choose(output.WriteLine);
        var random = new Random(seed);
        var meter = new HotKeyMeter("lb", ByService, oneIn: 8);
        const int Requests = 20_000;
        byte[] cart = Services(("cart", 3)), rare = Services(("rare", 1));
        int hot = 0;
        for (int i = 0; i < Requests; i++)
        {
            bool isHot = random.Next(10) < 8;
            hot += isHot ? 1 : 0;
            meter.Observe(Signal.Traces, isHot ? cart : rare, Table);
        }

        // about 2,000 of 16,000 are sampled: a standard deviation of 2 %
        var report = meter.Report();
        Assert.Equal("cart", Text(report.Keys[0]));
        Assert.InRange(report.Keys[0].Items, 3 * hot * 0.85, 3 * hot * 1.15);
        Assert.InRange(report.SampledRequests, Requests / 8 * 0.85, Requests / 8 * 1.15);
    }

    [Fact]
    public void Spans_of_a_trace_are_one_key_wherever_they_stand()
    {
        byte[][] ids = [.. TraceRequests.TraceIds(3)];
        var meter = new HotKeyMeter("lb", ByTrace, oneIn: 1);
        meter.Observe(Signal.Traces, [.. TraceRequests.Of("x", ids[0], ids[1], ids[0], ids[2]), .. TraceRequests.Of("y", ids[0], ids[1])], Table);
        Assert.Equal([(ids[0], 3), (ids[1], 2), (ids[2], 1)], meter.Report().Keys.Select(static k => (k.Identifier, (int)k.Items)));
    }

    [Fact]
    public void Data_points_are_counted_one_by_one()
    {
        var point = new WireMessage().Fixed64(3, 1);
        var metric = new WireMessage().Text(1, "requests").Message(5, new WireMessage().Message(1, point).Message(1, point).Message(1, point));
        var request = new WireMessage().Message(1, new WireMessage()
            .Message(1, new WireMessage().Attribute(1, "service.name", new WireMessage().Text(1, "cart")))
            .Message(2, new WireMessage().Message(2, metric))).Encode();
        var meter = new HotKeyMeter("lb", new SplitOptions(RoutingKey.Metric, IdentifierDialect.CoLocated), oneIn: 1);
        meter.Observe(Signal.Metrics, request, Table);
        Assert.Equal([("requests", 3)], meter.Report().Keys.Select(static k => (Text(k), (int)k.Items)));
    }

    [Fact]
    public void After_a_change_of_the_table_a_key_is_where_it_was_seen_last()
    {
        var meter = new HotKeyMeter("lb", ByService, oneIn: 1);
        meter.Observe(Signal.Traces, Services(("cart", 1)), Table);
        meter.Observe(Signal.Traces, Services(("cart", 1)), TableOf("z:9"));
        Assert.Equal((2, 0, "z:9"), (meter.Report().Keys[0].Items, meter.Report().Keys[0].Slot, meter.Report().Keys[0].Backend));
    }

    [Fact]
    public void Twenty_keys_are_named_and_those_that_only_came_by_are_not()
    {
        var meter = new HotKeyMeter("lb", ByTrace, oneIn: 1);
        byte[][] hot = [.. TraceRequests.TraceIds(25)];
        for (int i = 0; i < 40; i++)
        {
            meter.Observe(Signal.Traces, TraceRequests.Of(hot.SelectMany(static (id, rank) => Enumerable.Repeat(id, 25 + rank))), Table);
            meter.Observe(Signal.Traces, TraceRequests.Of(Strangers(i)), Table);
        }

        var keys = meter.Report().Keys;
        Assert.Equal(hot.Reverse().Take(20).Select(Convert.ToHexString), keys.Select(static k => Convert.ToHexString(k.Identifier)));
        Assert.True(keys.All(static k => k.MaxError * 2 <= k.Items));

        var strangersOnly = new HotKeyMeter("lb", ByTrace, oneIn: 1);
        for (int i = 0; i < 10; i++)
            strangersOnly.Observe(Signal.Traces, TraceRequests.Of(Strangers(i)), Table);
        Assert.Empty(strangersOnly.Report().Keys);

        static IEnumerable<byte[]> Strangers(int round) => Enumerable.Range(0, 500).Select(i => Guid(round, i).ToByteArray());

        static Guid Guid(int round, int number) => new(round + 1, (short)number, 7, [1, 2, 3, 4, 5, 6, 7, 8]);
    }

    [Fact]
    public void Keys_beyond_what_one_request_may_tell_apart_are_counted_as_unattributed()
    {
        var meter = new HotKeyMeter("lb", ByTrace, oneIn: 1);
        meter.Observe(Signal.Traces, TraceRequests.Of(TraceRequests.TraceIds(KeyCensus.MostKeys + 100)), Table);
        var report = meter.Report();
        Assert.Equal((KeyCensus.MostKeys + 100, 100), (report.SampledItems, report.UnattributedItems));
    }

    [Fact]
    public void A_malformed_request_counts_nothing()
    {
        var meter = new HotKeyMeter("lb", ByService, oneIn: 1);
        meter.Observe(Signal.Traces, [.. Services(("cart", 1)), 0x0A, 0x05, 1], Table);
        meter.Observe(Signal.Traces, Services(("checkout", 2)), Table);
        var report = meter.Report();
        Assert.Equal((1, 2, "checkout"), (report.SampledRequests, report.SampledItems, Text(Assert.Single(report.Keys))));
    }

    [Fact]
    public async Task Many_threads_lose_no_item_and_reports_may_be_asked_for_at_any_time()
    {
        var meter = new HotKeyMeter("lb", ByService, oneIn: 1);
        byte[][] requests = [.. Enumerable.Range(0, 8).Select(static i => Services(("shared", 2), ($"own-{i}", 1)))];
        await Task.WhenAll(requests.Select(request => Task.Run(() =>
        {
            for (int i = 0; i < 2000; i++)
            {
                meter.Observe(Signal.Traces, request, Table);
                if (i % 100 == 0)
                    Assert.InRange(meter.Report().Keys.Count, 1, HotKeyMeter.Reported);
            }
        })));

        var report = meter.Report();
        Assert.Equal((16_000, 48_000), (report.SampledRequests, report.SampledItems));
        Assert.Equal(("shared", 32_000), (Text(report.Keys[0]), report.Keys[0].Items));
        Assert.Equal(8, report.Keys.Count(static k => k.Items == 2000));
    }

    [Fact]
    public void A_request_that_is_not_sampled_costs_no_memory_and_one_that_is_costs_none_per_item()
    {
        byte[] request = TraceRequests.Of(TraceRequests.TraceIds(5000));
        Assert.Equal(0, LeastAllocated(new HotKeyMeter("lb", ByTrace, oneIn: int.MaxValue), request));
        Assert.InRange(LeastAllocated(new HotKeyMeter("lb", ByTrace, oneIn: 1), request), 0, 200);
    }

    private static long LeastAllocated(HotKeyMeter meter, byte[] request) => AllocatedBytes.LeastOf(() => meter.Observe(Signal.Traces, request, Table));

    private static byte[] Services(params (string Name, int Spans)[] services) =>
        [.. services.SelectMany(static s => TraceRequests.Of(s.Name, TraceRequests.TraceIds(s.Spans)))];

    private static string Text(HotKey key) => Encoding.UTF8.GetString(key.Identifier);

    private static RoutingTable TableOf(params string[] backends) => RoutingTable.From(
        new RoutingSnapshot
        {
            Epoch = 1,
            Slots = [.. backends.Select(static (backend, slot) => new SlotAssignment(slot, backend))],
            Partitions = [.. Enumerable.Range(0, Partitioning.Count).Select(partition => (ushort)(partition % backends.Length))],
        },
        RingKind.Partitions);
}
