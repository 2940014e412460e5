using OrleansLb.Grains.Exporting;
using OrleansLb.Grains.Exporting.Messages;
using OrleansLb.Grains.Options;
using OrleansLb.Grains.Routing;
using OrleansLb.Ingress.Pipeline;
using OrleansLb.Testing;

namespace OrleansLb.Ingress.Tests.Pipeline;

/// <summary><c>handover_window</c>.</summary>
public sealed partial class LoadBalancingConsumerTests
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task With_a_window_the_traces_seen_before_a_change_stay_where_they_are_until_it_ends()
    {
        var old = TraceRequests.TraceIds(100).ToArray();
        var fresh = TraceRequests.TraceIds(200).Skip(100).ToArray();
        var consumer = Consumer(WithWindow());
        await Consume(consumer, Request(TraceRequests.Of(old)));
        var former = _tables.Table;
        _tables.Table = Table("a", "b", "c", "d");

        await Goes(consumer, old, former);
        await Goes(consumer, fresh, _tables.Table);
        _time.Advance(Window);
        await Goes(consumer, old, _tables.Table);
        _pool.AssertClean();
    }

    [Fact]
    public async Task Without_a_window_they_follow_the_newest_table_at_once()
    {
        var ids = TraceRequests.TraceIds(100).ToArray();
        var consumer = Consumer();
        await Consume(consumer, Request(TraceRequests.Of(ids)));
        _tables.Table = Table("a", "b", "c", "d");
        await Goes(consumer, ids, _tables.Table);
    }

    [Fact]
    public async Task With_a_window_the_path_allocates_no_more_per_item()
    {
        await AllocatesPerPart(WithWindow());
    }

    [Fact]
    public async Task A_part_that_is_offered_again_within_the_window_goes_to_the_old_owner_as_well()
    {
        int refusals = 1;
        _exporters.Answer = key => Task.FromResult(key.Slot == 1 && refusals-- > 0 ? EnqueueOutcome.QueueFull : EnqueueOutcome.Accepted);
        var options = WithWindow() with { RetryOnFailure = new RetryOptions { RandomizationFactor = 0 } };

        var answer = Consume(Consumer(options), Request(TraceRequests.Of(TraceRequests.TraceIds(100))));
        await _time.TimerArmed(FirstDelay).WaitAsync(TimeSpan.FromSeconds(30));
        _tables.Table = Table("a", "b", "c", "d");
        _time.Advance(FirstDelay);

        Assert.Equal(ConsumeResult.Accepted, await answer);
        Assert.Equal([0, 1, 1, 2], _exporters.Calls.Select(static call => ExporterGrainKey.Parse(call.Key).Slot).Order());
        _pool.AssertClean();
    }

    private static LoadBalancingOptions WithWindow() => Options() with { Membership = new MembershipOptions { HandoverWindow = Window } };

    /// <summary>Sends the traces and asserts that they are split by this table.</summary>
    private async Task Goes(LoadBalancingConsumer consumer, byte[][] ids, RoutingTable table)
    {
        int before = _exporters.Calls.Count;
        Assert.Equal(ConsumeResult.Accepted, await Consume(consumer, Request(TraceRequests.Of(ids))));
        var calls = _exporters.Calls.Skip(before).ToDictionary(static call => ExporterGrainKey.Parse(call.Key).Slot, static call => call.Message);
        Assert.Equal(ids.Select(id => table.SlotOf(id)).Distinct().Order(), calls.Keys.Order());
        foreach (var (slot, message) in calls)
            Assert.Equal(TraceRequests.Of(ids.Where(id => table.SlotOf(id) == slot)), message);
    }
}
