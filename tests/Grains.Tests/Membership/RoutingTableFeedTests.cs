using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansLb.Grains.Membership;
using OrleansLb.Grains.Options;
using OrleansLb.Testing;
using OrleansLb.Testing.Grains;
using static OrleansLb.Grains.Tests.Membership.ResolverGrainHost;

namespace OrleansLb.Grains.Tests.Membership;

public sealed class RoutingTableFeedTests : IAsyncDisposable
{
    private readonly FakeTime _time = new();
    private readonly PolledGrain _grain = new();
    private readonly RoutingTableFeed _feed;

    public RoutingTableFeedTests() =>
        _feed = new RoutingTableFeed(_grain, _grain, _time, NullLogger<RoutingTableFeed>.Instance);

    [Fact]
    public async Task Before_the_first_resolution_the_table_is_empty()
    {
        Assert.True(_feed.Current(ComponentId).IsEmpty);
        Assert.Throws<KeyNotFoundException>(() => _feed.Current("otelcol.exporter.loadbalancing.other"));
        using var impatient = new CancellationTokenSource(0);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _feed.NewerThan(ComponentId, 0, impatient.Token));
    }

    [Fact]
    public async Task Every_new_epoch_is_published_and_asked_beyond()
    {
        await _feed.StartAsync(default);
        var waiting = _feed.NewerThan(ComponentId, 1, default);

        (await _grain.NextPoll(known: 0)).SetResult(Snapshot(1, "a"));
        (await _grain.NextPoll(known: 1)).SetResult(Snapshot(4, "b"));
        var last = await _grain.NextPoll(known: 4);

        Assert.Equal(4, (await InTime(waiting)).Epoch);
        Assert.Equal("b", _feed.Current(ComponentId).BackendOf(0));
        Assert.False(last.Task.IsCompleted);
    }

    [Fact]
    public async Task An_epoch_never_goes_back_and_an_answer_without_news_is_not_asked_for_in_a_busy_loop()
    {
        await _feed.StartAsync(default);
        (await _grain.NextPoll(known: 0)).SetResult(Snapshot(5, "a"));
        (await _grain.NextPoll(known: 5)).SetResult(Snapshot(3, "b"));

        await InTime(_time.TimerArmed(RoutingTableFeed.FirstBackOff));
        Assert.Equal("a", _feed.Current(ComponentId).BackendOf(0));
        Assert.Equal(2, _grain.Polls);

        _time.Advance(RoutingTableFeed.FirstBackOff);
        await _grain.NextPoll(known: 5);
    }

    [Fact]
    public async Task Failing_polls_are_tried_again_ever_later_while_the_last_table_stays()
    {
        await _feed.StartAsync(default);
        (await _grain.NextPoll(known: 0)).SetResult(Snapshot(1, "a"));

        var backOff = RoutingTableFeed.FirstBackOff;
        for (int i = 0; i < 10; i++)
        {
            (await _grain.NextPoll(known: 1)).SetException(new TimeoutException("no answer"));
            await InTime(_time.TimerArmed(backOff));
            _time.Advance(backOff);
            backOff = backOff * 2 < RoutingTableFeed.LongestBackOff ? backOff * 2 : RoutingTableFeed.LongestBackOff;
        }

        Assert.Equal("a", _feed.Current(ComponentId).BackendOf(0));
        (await _grain.NextPoll(known: 1)).SetResult(Snapshot(2, "b"));
        Assert.Equal("b", (await InTime(_feed.NewerThan(ComponentId, 1, default))).BackendOf(0));
    }

    [Fact]
    public async Task A_poll_is_called_off_when_the_feed_stops()
    {
        await _feed.StartAsync(default);
        await _grain.NextPoll(known: 0);
        Assert.False(_grain.LastToken.IsCancellationRequested);

        await InTime(_feed.StopAsync(default));
        Assert.True(_grain.LastToken.IsCancellationRequested);
    }

    [Fact]
    public async Task It_is_known_since_when_a_table_is_in_force_and_how_many_polls_were_not_answered()
    {
        await _feed.StartAsync(default);
        Assert.Null(_feed.InForceSince(ComponentId));
        (await _grain.NextPoll(known: 0)).SetException(new TimeoutException("no answer"));
        await InTime(_time.TimerArmed(RoutingTableFeed.FirstBackOff));
        _time.Advance(RoutingTableFeed.FirstBackOff);
        var poll = await _grain.NextPoll(known: 0);
        _time.Advance(TimeSpan.FromSeconds(3));
        poll.SetResult(Snapshot(1, "a"));
        await _grain.NextPoll(known: 1);

        Assert.Equal(_time.GetUtcNow(), _feed.InForceSince(ComponentId));
        Assert.Equal(1, _feed.FailedPolls(ComponentId));
    }

    [Fact]
    public async Task A_snapshot_that_contradicts_itself_leaves_the_last_table()
    {
        await _feed.StartAsync(default);
        (await _grain.NextPoll(known: 0)).SetResult(Snapshot(1, "a") with { Partitions = [0, 0] });
        await InTime(_time.TimerArmed(RoutingTableFeed.FirstBackOff));
        Assert.True(_feed.Current(ComponentId).IsEmpty);
    }

    [Fact]
    public async Task A_poll_that_ends_without_news_after_its_patience_is_followed_by_the_next()
    {
        await _feed.StartAsync(default);
        var poll = await _grain.NextPoll(known: 0);
        _time.Advance(RoutingTableFeed.PollPatience);
        poll.SetResult(RoutingSnapshot.None);
        await _grain.NextPoll(known: 0);
    }

    [Fact]
    public async Task Only_the_first_poll_does_not_wait_for_news()
    {
        await _feed.StartAsync(default);
        (await _grain.NextPoll(known: 0, TimeSpan.Zero)).SetResult(Snapshot(1, "a"));
        await _grain.NextPoll(known: 1, RoutingTableFeed.PollPatience);
    }

    [Fact]
    public async Task The_first_answer_comes_with_its_table()
    {
        await _feed.StartAsync(default);
        var first = _feed.FirstAnswer(ComponentId, default);
        var poll = await _grain.NextPoll(known: 0);
        Assert.False(first.IsCompleted);
        Assert.Equal(new RoutingState(RoutingStateKind.Waiting, 0, 0, _time.GetUtcNow(), null), _feed.StateOf(ComponentId));

        _time.Advance(TimeSpan.FromSeconds(7));
        poll.SetResult(Snapshot(3, "a"));
        await InTime(first);

        Assert.False(_feed.Current(ComponentId).IsEmpty);
        Assert.Equal(new RoutingState(RoutingStateKind.Table, 3, 1, _time.GetUtcNow(), null), _feed.StateOf(ComponentId));
    }

    [Fact]
    public async Task That_there_is_nobody_is_an_answer_too_and_the_next_poll_waits_for_somebody()
    {
        await _feed.StartAsync(default);
        (await _grain.NextPoll(known: 0, TimeSpan.Zero)).SetResult(RoutingSnapshot.None with { Failure = "no such name" });
        await InTime(_feed.FirstAnswer(ComponentId, default));
        var asked = _time.GetUtcNow();
        Assert.Equal(new RoutingState(RoutingStateKind.NoBackends, 0, 0, asked, "no such name"), _feed.StateOf(ComponentId));

        var poll = await _grain.NextPoll(known: 0, RoutingTableFeed.PollPatience);
        _time.Advance(TimeSpan.FromSeconds(3));
        poll.SetResult(Snapshot(1, "a"));
        await _grain.NextPoll(known: 1);
        Assert.Equal(new RoutingState(RoutingStateKind.Table, 1, 1, asked.AddSeconds(3), null), _feed.StateOf(ComponentId));
    }

    [Fact]
    public async Task A_state_that_stays_keeps_its_time_and_tells_the_newest_failure()
    {
        await _feed.StartAsync(default);
        (await _grain.NextPoll(known: 0)).SetResult(Snapshot(1, "a"));
        var since = _time.GetUtcNow();
        var poll = await _grain.NextPoll(known: 1);
        _time.Advance(RoutingTableFeed.PollPatience);
        poll.SetResult(Snapshot(1, "a") with { Failure = "no answer" });
        await _grain.NextPoll(known: 1);
        Assert.Equal(new RoutingState(RoutingStateKind.Table, 1, 1, since, "no answer"), _feed.StateOf(ComponentId));
    }

    [Fact]
    public async Task A_resolver_grain_that_fails_is_not_waited_for_once_its_time_is_over()
    {
        await _feed.StartAsync(default);
        var first = _feed.FirstAnswer(ComponentId, default);
        var began = _time.GetUtcNow();
        var backOff = RoutingTableFeed.FirstBackOff;
        while (_time.GetUtcNow() - began < RoutingTableFeed.HopeBeyondTimeout)
        {
            (await _grain.NextPoll(known: 0, TimeSpan.Zero)).SetException(new InvalidOperationException("cannot be activated"));
            await InTime(_time.TimerArmed(backOff));
            Assert.False(first.IsCompleted);
            Assert.Equal(RoutingStateKind.Waiting, _feed.StateOf(ComponentId).Kind);
            _time.Advance(backOff);
            backOff = backOff * 2 < RoutingTableFeed.LongestBackOff ? backOff * 2 : RoutingTableFeed.LongestBackOff;
        }

        (await _grain.NextPoll(known: 0)).SetException(new InvalidOperationException("cannot be activated"));
        await InTime(first);
        var state = _feed.StateOf(ComponentId);
        Assert.Equal((RoutingStateKind.NoBackends, "cannot be activated"), (state.Kind, state.Failure));
    }

    [Fact]
    public async Task One_late_failure_is_not_the_end_of_hope()
    {
        await _feed.StartAsync(default);
        var first = _feed.FirstAnswer(ComponentId, default);
        var poll = await _grain.NextPoll(known: 0);
        _time.Advance(TimeSpan.FromMinutes(1));
        poll.SetException(new TimeoutException("no answer"));
        await InTime(_time.TimerArmed(RoutingTableFeed.FirstBackOff));
        Assert.False(first.IsCompleted);

        _time.Advance(RoutingTableFeed.FirstBackOff);
        (await _grain.NextPoll(known: 0, TimeSpan.Zero)).SetResult(Snapshot(1, "a"));
        await InTime(first);
        Assert.Null(_feed.StateOf(ComponentId).Failure);
    }

    public async ValueTask DisposeAsync()
    {
        await InTime(_feed.StopAsync(default));
        _feed.Dispose();
    }

    private static RoutingSnapshot Snapshot(long epoch, string backend) =>
        (MembershipState.Empty.Apply([backend], RingKind.Partitions) with { Epoch = epoch }).ToSnapshot();

    /// <summary>A resolver grain whose polls the test answers.</summary>
    private sealed class PolledGrain : StringKeyedGrains, IResolverGrain, IExporterCatalog
    {
        public Task ReportHealth(Grains.Ejection.HealthReport report) => throw new NotSupportedException();

        private readonly Channel<(long Known, TimeSpan Patience, TaskCompletionSource<RoutingSnapshot> Answer)> _polls =
            Channel.CreateUnbounded<(long, TimeSpan, TaskCompletionSource<RoutingSnapshot>)>();

        private int _count;

        public int Polls => Volatile.Read(ref _count);

        public CancellationToken LastToken { get; private set; }

        public IReadOnlyCollection<string> ComponentIds => [ComponentId];

        public async Task<TaskCompletionSource<RoutingSnapshot>> NextPoll(long known, TimeSpan? patience = null)
        {
            var (asked, allowed, answer) = await InTime(_polls.Reader.ReadAsync().AsTask());
            Assert.Equal((known, patience ?? allowed), (asked, allowed));
            return answer;
        }

        public Task<RoutingSnapshot> GetSnapshot(long knownEpoch, TimeSpan patience, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _count);
            LastToken = cancellationToken;
            var answer = new TaskCompletionSource<RoutingSnapshot>(TaskCreationOptions.RunContinuationsAsynchronously);
            _polls.Writer.TryWrite((knownEpoch, patience, answer));
            return answer.Task;
        }

        public override TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null)
        {
            Assert.Equal(ComponentId, primaryKey);
            return (TGrainInterface)(object)this;
        }

        public LoadBalancingOptions Get(string componentId) =>
            new() { ComponentId = componentId, Resolver = new ResolverOptions.Static(["unused"]) };
    }
}
