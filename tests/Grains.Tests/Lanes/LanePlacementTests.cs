using OrleansLb.Grains.Exporting;
using OrleansLb.Grains.Exporting.Messages;
using OrleansLb.Grains.Lanes;
using OrleansLb.Grains.Sending;
using OrleansLb.Grains.Tests.Exporting;
using OrleansLb.Testing;

namespace OrleansLb.Grains.Tests.Lanes;

[Collection(nameof(LaneCluster))]
public sealed class LanePlacementTests
{
    private const int Slots = 60;

    [Fact]
    public async Task A_grain_lives_on_the_silo_of_its_lane_whoever_calls_it()
    {
        await using var cluster = new LaneCluster();
        var a = await cluster.Start("a");
        var b = await cluster.Start("b");

        for (int slot = 0; slot < 20; slot++)
        {
            await a.Grain(slot, "b").Wake();
            await b.Grain(slot, "a").Wake();
        }

        Assert.Equal(20, a.Active.Keys.Count);
        Assert.All(a.Active.Keys, static key => Assert.Equal("a", key.Lane));
        Assert.All(b.Active.Keys, static key => Assert.Equal("b", key.Lane));
    }

    [Fact]
    public async Task A_lane_whose_silo_is_not_there_lives_on_one_silo_that_all_callers_agree_on()
    {
        await using var cluster = new LaneCluster();
        var a = await cluster.Start("a");
        var b = await cluster.Start("b");
        a.Tables.Seat([.. Enumerable.Range(0, Slots).Select(static slot => (slot, $"{slot}:1"))]);
        b.Tables.Seat([.. Enumerable.Range(0, Slots).Select(static slot => (slot, $"{slot}:1"))]);

        await Task.WhenAll(Enumerable.Range(0, Slots).SelectMany(slot => new[] { a.Grain(slot, "gone").Wake(), b.Grain(slot, "gone").Wake() }));

        Assert.NotEmpty(a.Active.Keys);
        Assert.NotEmpty(b.Active.Keys);
        Assert.Equal(Slots, a.Active.Keys.Concat(b.Active.Keys).Distinct().Count());
        Assert.Equal(Slots, a.Active.Keys.Count + b.Active.Keys.Count);
    }

    [Fact]
    public async Task A_grain_lives_where_its_exporter_is_known()
    {
        await using var cluster = new LaneCluster();
        var a = await cluster.Start("a", "old");
        var b = await cluster.Start("b", "old", "new");

        // what a silo knows is heard a moment after it has joined
        await Eventually.Holds(async () =>
        {
            try
            {
                await a.Grains.GetGrain<IExporterGrain>("new/0/a").Wake();
                return true;
            }
            catch (UnknownExporterException)
            {
                return false;
            }
        });
        for (int slot = 0; slot < 20; slot++)
            await a.Grains.GetGrain<IExporterGrain>($"new/{slot}/a").Wake();

        Assert.Empty(a.Active.Keys);
        Assert.Equal(20, b.Active.Keys.Count);
    }

    [Fact]
    public async Task A_call_for_an_exporter_that_nobody_knows_fails_at_once_and_says_so()
    {
        await using var cluster = new LaneCluster();
        var a = await cluster.Start("a", "old");
        await cluster.Start("b", "old");

        var fault = await Assert.ThrowsAnyAsync<Exception>(() => a.Grains.GetGrain<IExporterGrain>("unknown/0/a").Wake().WaitAsync(TimeSpan.FromSeconds(10)));

        Assert.Contains("no silo has the exporter 'unknown' in its configuration; asked: a, b", fault.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task When_a_silo_goes_the_grains_of_the_others_go_on(bool isKilled)
    {
        await using var cluster = new LaneCluster();
        var a = await cluster.Start("a");
        var b = await cluster.Start("b");
        var c = await cluster.Start("c");
        b.Tables.Seat([.. Enumerable.Range(0, Slots).Select(static slot => (slot, $"{slot}:1"))]);
        b.Backends.Script = static _ => null;
        for (int slot = 0; slot < Slots; slot++)
            Assert.Equal(EnqueueStatus.Accepted, (await a.Enqueue(slot, "b", slot)).Status);
        var attempts = new List<Attempt>();
        while (attempts.Count < Slots)
            attempts.Add(await b.Backends.Next());

        await (isKilled ? a.Kill() : a.Stop());
        await Eventually.Holds(() => b.SeesActive([b, c]) && c.SeesActive([b, c]));
        for (int slot = 0; slot < Slots; slot++)
            Assert.Equal(EnqueueStatus.Accepted, (await c.Enqueue(slot, "b", Slots + slot)).Status);

        // the very attempts that were open before
        attempts.ForEach(static attempt => attempt.Deliver());
        b.Backends.Script = static _ => ExportOutcome.Delivered.Instance;
        while (b.Backends.HasNext)
            (await b.Backends.Next()).Deliver();
        await Eventually.Holds(() => b.Metrics.Sum("otelcol_exporter_sent_spans") >= 2 * Slots);
        Assert.Equal(Enumerable.Range(0, 2 * Slots), b.Backends.Taken.SelectMany(static attempt => attempt.Traces).Order());
        Assert.Equal(0, b.Metrics.Sum("orleanslb_exporter_passed_on_items"));
        Assert.Equal(0, b.Metrics.Sum("orleanslb_dropped_items"));
        Assert.Equal(0, b.Metrics.Sum("orleanslb_exporter_retries"));
        Assert.Equal(Slots, b.Active.Keys.Count);
    }
}
