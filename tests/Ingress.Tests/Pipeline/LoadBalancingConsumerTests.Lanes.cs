using Microsoft.Extensions.Logging.Abstractions;
using OrleansLb.Grains.Exporting;
using OrleansLb.Grains.Exporting.Messages;
using OrleansLb.Grains.Options;
using OrleansLb.Ingress.Pipeline;
using OrleansLb.Testing;

namespace OrleansLb.Ingress.Tests.Pipeline;

/// <summary>A router with the lanes of several silos.</summary>
public sealed partial class LoadBalancingConsumerTests
{
    private readonly FakeLanes _lanes = new("silo-1", "silo-2");

    [Fact]
    public async Task Every_request_goes_into_one_lane_with_all_its_parts_and_the_next_one_into_the_next()
    {
        var consumer = ConsumerOfLanes();
        for (int request = 0; request < 6; request++)
        {
            _exporters.Calls.Clear();
            Assert.Equal(ConsumeResult.Accepted, await Consume(consumer, Request(TraceRequests.Of(TraceRequests.TraceIds(100)))));
            Assert.Equal(3, _exporters.Calls.Count);
            Assert.Equal(request % 2 == 0 ? "silo-2" : "silo-1", Assert.Single(_exporters.Calls.Select(LaneOf).Distinct()));
        }

        _pool.AssertClean();
    }

    [Fact]
    public async Task A_lane_that_joins_gets_its_share_and_one_that_has_gone_gets_nothing()
    {
        var consumer = ConsumerOfLanes();
        _lanes.Change("silo-1", "silo-3");
        for (int request = 0; request < 4; request++)
            await Consume(consumer, Request(TraceRequests.Of(TraceRequests.TraceIds(1))));
        Assert.Equal(["silo-1", "silo-1", "silo-3", "silo-3"], _exporters.Calls.Select(LaneOf).Order());

        _lanes.Change("silo-3");
        _exporters.Calls.Clear();
        await Consume(consumer, Request(TraceRequests.Of(TraceRequests.TraceIds(1))));
        Assert.Equal("silo-3", LaneOf(Assert.Single(_exporters.Calls)));
    }

    [Fact]
    public async Task A_lane_that_stays_keeps_its_credit_when_others_change()
    {
        int asked = 0;
        _exporters.Grant = (key, _) =>
        {
            asked += key.Lane == "silo-1" ? 1 : 0;
            return Task.FromResult(new CreditGrant { Session = 1, Room = 1000 });
        };
        var consumer = ConsumerOfLanes();
        _lanes.Change("silo-1");
        await Consume(consumer, Request(TraceRequests.Of(TraceRequests.TraceIds(1))));
        _lanes.Change("silo-1", "silo-9");
        for (int request = 0; request < 4; request++)
            await Consume(consumer, Request(TraceRequests.Of(TraceRequests.TraceIds(1))));
        Assert.InRange(asked, 1, 3);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    public async Task What_a_queue_that_ends_turns_down_goes_to_another_lane_at_once_and_without_the_credit_of_the_first(int traces)
    {
        _exporters.Answer = static key => Task.FromResult(key.Lane == "silo-2" ? EnqueueOutcome.Stopping : EnqueueOutcome.Accepted);
        var consumer = ConsumerOfLanes();

        Assert.Equal(ConsumeResult.Accepted, await Consume(consumer, Request(TraceRequests.Of(TraceRequests.TraceIds(traces)))));

        int parts = traces == 1 ? 1 : 3;
        Assert.All(_exporters.Calls.Where(static call => LaneOf(call) == "silo-2"), static call => Assert.NotNull(call.Router));
        var second = _exporters.Calls.Where(static call => LaneOf(call) == "silo-1").ToArray();
        Assert.Equal((parts, 2 * parts), (second.Length, _exporters.Calls.Count));
        Assert.All(second, static call => Assert.Null(call.Router));
        Assert.Equal(["silo-2"], _lanes.Doubted.Distinct());
        _pool.AssertClean();
    }

    [Fact]
    public async Task What_every_lane_turns_down_is_the_clients_to_send_again()
    {
        _exporters.Answer = static _ => Task.FromResult(EnqueueOutcome.Stopping);
        var result = await Consume(ConsumerOfLanes(), Request(TraceRequests.Of(TraceRequests.TraceIds(1))));
        Assert.Equal(ConsumeStatus.Unavailable, result.Status);
        Assert.Equal(2, _exporters.Calls.Count);
        _pool.AssertClean();
    }

    [Fact]
    public async Task What_nobody_has_answered_for_is_offered_to_no_other_lane_and_its_client_is_told_to_send_again()
    {
        _exporters.Answer = static _ => Task.FromException<EnqueueOutcome>(new TimeoutException("no answer"));
        var result = await Consume(ConsumerOfLanes(), Request(TraceRequests.Of(TraceRequests.TraceIds(1))));
        Assert.Equal(ConsumeStatus.Unavailable, result.Status);
        Assert.Equal("silo-2", LaneOf(Assert.Single(_exporters.Calls)));
        Assert.Equal("silo-2", Assert.Single(_lanes.Doubted));
    }

    [Fact]
    public async Task When_the_silo_of_a_lane_is_gone_nobody_waits_for_its_answers_any_more()
    {
        _exporters.Answer = static _ => new TaskCompletionSource<EnqueueOutcome>().Task;
        var request = Request(TraceRequests.Of(TraceRequests.TraceIds(100)));
        var call = ConsumerOfLanes().ConsumeAsync(request, default).AsTask();
        Assert.False(call.IsCompleted);

        _lanes.Gone.SetResult();
        Assert.Equal(ConsumeStatus.Unavailable, (await call.WaitAsync(TimeSpan.FromSeconds(60))).Status);
        Assert.Equal(3, _exporters.Calls.Count);
    }

    [Fact]
    public async Task A_lane_that_grants_nothing_is_left_for_another_before_anything_was_handed_over()
    {
        _exporters.Grant = static (key, _) => key.Lane == "silo-2"
            ? Task.FromException<CreditGrant>(new TimeoutException("no answer"))
            : Task.FromResult(new CreditGrant { Session = 1, Room = 1000 });
        Assert.Equal(ConsumeResult.Accepted, await Consume(ConsumerOfLanes(), Request(TraceRequests.Of(TraceRequests.TraceIds(1)))));
        Assert.Equal("silo-1", LaneOf(Assert.Single(_exporters.Calls)));
        Assert.Equal("silo-2", Assert.Single(_lanes.Doubted));
        _pool.AssertClean();
    }

    [Fact]
    public async Task A_lane_that_says_nothing_is_waited_for_a_moment_only()
    {
        var never = new TaskCompletionSource<CreditGrant>();
        _exporters.Grant = (key, _) => key.Lane == "silo-2" ? never.Task : Task.FromResult(new CreditGrant { Session = 1, Room = 1000 });
        var request = Request(TraceRequests.Of(TraceRequests.TraceIds(1)));
        var call = ConsumerOfLanes().ConsumeAsync(request, default).AsTask();
        await _time.TimerArmed(LaneRotation<SlotQueues>.LaneWait).WaitAsync(TimeSpan.FromSeconds(60));
        Assert.False(call.IsCompleted);

        _time.Advance(LaneRotation<SlotQueues>.LaneWait);
        Assert.Equal(ConsumeResult.Accepted, await call.WaitAsync(TimeSpan.FromSeconds(60)));
        Assert.Equal("silo-1", LaneOf(Assert.Single(_exporters.Calls)));
        request.Payload.Release();
        _pool.AssertClean();
    }

    private static string LaneOf(Call call) => ExporterGrainKey.Parse(call.Key).Lane;

    private LoadBalancingConsumer ConsumerOfLanes() => new(
        Options(), _tables, _exporters, _lanes, _pool, _meters, _time, NullLogger<LoadBalancingConsumer>.Instance);

    /// <summary>The lanes that the test says.</summary>
    private sealed class FakeLanes(params string[] silos) : ILaneChoice
    {
        public IReadOnlyList<LaneIdentity> Current { get; private set; } = Of(silos);

        public List<string> Doubted { get; } = [];

        public TaskCompletionSource Gone { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task GoneOf(LaneIdentity lane) => Gone.Task;

        public void Change(params string[] living) => Current = Of(living);

        public void Doubt(LaneIdentity lane) => Doubted.Add(lane.Name);

        private static LaneIdentity[] Of(string[] silos) => [.. silos.Select(static silo => new LaneIdentity(silo))];
    }
}
