using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using OrleansLb.Grains.Membership;
using OrleansLb.Grains.Options;
using OrleansLb.Grains.Routing;

namespace OrleansLb.Grains.Tests.Membership;

public sealed class RingMetricsTests : IRoutingTables, IExporterCatalog, IDisposable
{
    private const string ComponentId = "otelcol.exporter.loadbalancing.default";

    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private RoutingTable _table = RoutingTable.From(RoutingSnapshot.None, RingKind.Partitions);

    public IReadOnlyCollection<string> ComponentIds => [ComponentId];

    public void Dispose() => _services.Dispose();

    [Theory]
    [InlineData(RingKind.Partitions)]
    [InlineData(RingKind.Collector)]
    [InlineData(RingKind.Collector36000)]
    public async Task The_shares_of_the_seats_make_the_whole_ring(RingKind ring)
    {
        _table = RoutingTable.From(MembershipState.Empty.Apply(["a", "b", "c"], ring).Apply(["b", "c"], ring).ToSnapshot(), ring);
        var shares = await ObserveAsync();
        Assert.Equal([1, 2], shares.Keys.Order());
        Assert.Equal(1, shares.Values.Sum(), 9);
        Assert.All(shares.Values, static share => Assert.InRange(share, 0.2, 0.8));
    }

    [Fact]
    public async Task A_seat_of_weight_zero_has_the_share_zero_and_an_empty_table_has_no_shares()
    {
        Assert.Empty(await ObserveAsync());
        _table = RoutingTable.From(MembershipState.Empty.Apply([new("a", 3), "b", new("c", 0)], RingKind.Partitions).ToSnapshot(), RingKind.Partitions);
        Assert.Equal([0.75, 0.25, 0], (await ObserveAsync()).OrderBy(static s => s.Key).Select(static s => s.Value));
    }

    [Fact]
    public async Task The_fingerprint_of_the_table_is_shown_as_a_whole_number()
    {
        Assert.Equal(0, _table.Fingerprint);
        _table = RoutingTable.From(MembershipState.Empty.Apply(["a", "b"], RingKind.Partitions).ToSnapshot(), RingKind.Partitions);
        long shown = Assert.Single(await FingerprintsAsync());
        Assert.Equal(_table.Fingerprint, shown);
        Assert.Equal(shown, (long)(double)shown);
    }

    public RoutingTable Current(string componentId) => _table;

    public Task<RoutingTable> NewerThan(string componentId, long epoch, CancellationToken cancellationToken) => throw new NotSupportedException();

    public LoadBalancingOptions Get(string componentId) => throw new NotSupportedException();

    private async Task<List<long>> FingerprintsAsync()
    {
        var shown = new List<long>();
        var meters = _services.GetRequiredService<IMeterFactory>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, me) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, meters) && instrument.Name == "orleanslb_ring_fingerprint")
                me.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((_, fingerprint, _, _) => shown.Add(fingerprint));
        listener.Start();
        await new RingMetrics(meters, this, this).StartAsync(default);
        listener.RecordObservableInstruments();
        return shown;
    }

    private async Task<Dictionary<int, double>> ObserveAsync()
    {
        var shares = new Dictionary<int, double>();
        var meters = _services.GetRequiredService<IMeterFactory>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, me) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, meters) && instrument.Name == "orleanslb_ring_share")
                me.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<double>((_, share, tags, _) =>
        {
            var labels = tags.ToArray().ToDictionary(static tag => tag.Key, static tag => (string)tag.Value!);
            Assert.Equal((ComponentId, "/", $"load_balancing/{ComponentId}"), (labels["component_id"], labels["component_path"], labels["exporter"]));
            shares[int.Parse(labels["slot"], System.Globalization.CultureInfo.InvariantCulture)] = share;
        });
        listener.Start();
        await new RingMetrics(meters, this, this).StartAsync(default);
        listener.RecordObservableInstruments();
        return shares;
    }
}
