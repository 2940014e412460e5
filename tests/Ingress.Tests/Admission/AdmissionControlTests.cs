using OrleansLb.Grains.Exporting.Messages;
using OrleansLb.Grains.Options;
using OrleansLb.Ingress.Admission;
using OrleansLb.Testing;
using Xunit.Abstractions;

namespace OrleansLb.Ingress.Tests.Admission;

public sealed class AdmissionControlTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Wait = AdmissionControl.ShortWait;

    private readonly FakeTime _time = new();
    private readonly FakeQueues _queues = new();

    [Fact]
    public async Task Room_is_asked_for_once_and_then_spent_without_a_call()
    {
        var admission = Control();
        _queues.Free[0] = 8;

        Assert.Equal(EnqueueStatus.Accepted, (await admission.Reserve([new(0, 1)], Wait, default)).Status);
        int calls = _queues.Requests.Count;
        Assert.True(admission.TryReserve([new(0, 1)]));
        Assert.True(admission.TryReserve([new(0, 1)]));

        Assert.Equal(calls, _queues.Requests.Count);
        Assert.True(_queues.Requests[0].HoldsNone);
    }

    [Fact]
    public async Task Half_of_the_credit_is_spent_when_more_is_asked_for_without_waiting()
    {
        var admission = Control();
        _queues.Free[0] = 4;
        await admission.Reserve([new(0, 1)], Wait, default);
        _queues.Requests.Clear();
        _queues.Free[0] = 10;

        Assert.True(admission.TryReserve([new(0, 1)]));
        Assert.Empty(_queues.Requests);
        Assert.True(admission.TryReserve([new(0, 1)]));

        var request = Assert.Single(_queues.Requests);
        Assert.Equal((0L, TimeSpan.Zero, false), (request.Least, request.Patience, request.HoldsNone));
    }

    [Fact]
    public async Task A_request_that_lacks_room_at_one_queue_takes_none_at_the_others()
    {
        var admission = Control();
        (_queues.Free[0], _queues.Free[1]) = (5, 0);

        var refused = admission.Reserve([new(0, 5), new(1, 1)], Wait, default).AsTask();
        await _time.TimerArmed(Wait).WaitAsync(TimeSpan.FromSeconds(30));
        var other = await admission.Reserve([new(0, 5)], Wait, default);
        _time.Advance(Wait);

        Assert.Equal(EnqueueStatus.Accepted, other.Status);
        Assert.Equal(EnqueueStatus.QueueFull, (await refused).Status);
    }

    [Fact]
    public async Task Those_who_wait_are_admitted_in_their_order_as_room_is_granted()
    {
        var admission = Control();
        _queues.Free[0] = 0;
        var answers = Enumerable.Range(0, 3).Select(_ => admission.Reserve([new(0, 1)], Wait, default).AsTask()).ToArray();
        await _queues.Asked(0);

        for (int i = 0; i < 3; i++)
        {
            Assert.False(answers[i].IsCompleted);
            _queues.Give(0, 1);
            Assert.Equal(EnqueueStatus.Accepted, (await answers[i].WaitAsync(TimeSpan.FromSeconds(30))).Status);
        }
    }

    [Fact]
    public async Task Nobody_overtakes_a_larger_request_that_waits_at_the_same_queue()
    {
        var admission = Control();
        _queues.Free[0] = 2;
        var large = admission.Reserve([new(0, 3)], Wait, default).AsTask();
        await _queues.Asked(0);

        Assert.False(admission.TryReserve([new(0, 1)]));
        var small = admission.Reserve([new(0, 1)], Wait, default).AsTask();
        _queues.Give(0, 1);
        Assert.Equal(EnqueueStatus.Accepted, (await large.WaitAsync(TimeSpan.FromSeconds(30))).Status);
        Assert.False(small.IsCompleted);
        _queues.Give(0, 1);
        Assert.Equal(EnqueueStatus.Accepted, (await small.WaitAsync(TimeSpan.FromSeconds(30))).Status);
    }

    [Fact]
    public async Task Who_waits_for_one_queue_does_not_hold_up_those_who_need_others()
    {
        var admission = Control();
        (_queues.Free[0], _queues.Free[1]) = (0, 5);
        var waits = admission.Reserve([new(0, 1), new(1, 1)], Wait, default).AsTask();
        await _queues.Asked(0);

        Assert.Equal(EnqueueStatus.Accepted, (await admission.Reserve([new(1, 5)], Wait, default)).Status);
        _queues.Give(0, 1);
        Assert.False(waits.IsCompleted);
        await _queues.Asked(1);
        _queues.Give(1, 1);
        Assert.Equal(EnqueueStatus.Accepted, (await waits.WaitAsync(TimeSpan.FromSeconds(30))).Status);
    }

    [Fact]
    public async Task Who_goes_on_to_wait_at_another_queue_is_there_before_those_who_came_later()
    {
        var admission = Control();
        (_queues.Free[0], _queues.Free[1]) = (0, 0);
        var first = admission.Reserve([new(0, 1), new(1, 1)], Wait, default).AsTask();
        await _queues.Asked(0);
        var second = admission.Reserve([new(1, 1)], Wait, default).AsTask();
        await _queues.Asked(1);

        _queues.Give(0, 1);
        _queues.Give(1, 1);
        Assert.Equal(EnqueueStatus.Accepted, (await first.WaitAsync(TimeSpan.FromSeconds(30))).Status);
        Assert.False(second.IsCompleted);
    }

    [Fact]
    public async Task A_client_that_goes_away_waits_no_more_and_leaves_nothing_behind()
    {
        var admission = Control();
        using var gone = new CancellationTokenSource();
        _queues.Free[0] = 0;
        var waits = admission.Reserve([new(0, 1)], TimeSpan.FromHours(1), gone.Token).AsTask();
        await _queues.Asked(0);
        await gone.CancelAsync();

        Assert.Equal(EnqueueStatus.Cancelled, (await waits).Status);
        _queues.Give(0, 1);
        Assert.Equal(EnqueueStatus.Accepted, (await admission.Reserve([new(0, 1)], Wait, default)).Status);
    }

    [Fact]
    public async Task A_part_that_is_larger_than_the_queue_is_refused_at_once() =>
        Assert.Equal(EnqueueOutcome.TooLarge, await Control().Reserve([new(0, 11)], Wait, default));

    [Fact]
    public async Task What_a_queue_says_that_takes_nothing_is_the_answer_for_all_who_wait()
    {
        var admission = Control();
        _queues.Refusal = EnqueueOutcome.Stopping;
        Assert.Equal(EnqueueOutcome.Stopping, await admission.Reserve([new(0, 1)], Wait, default));
        _queues.Refusal = null;
        _queues.Free[0] = 1;
        Assert.Equal(EnqueueStatus.Accepted, (await admission.Reserve([new(0, 1)], Wait, default)).Status);
    }

    [Fact]
    public async Task A_queue_that_does_not_answer_refuses_and_is_told_next_time_that_nothing_is_held()
    {
        var admission = Control();
        _queues.Fails = true;
        Assert.Equal(EnqueueStatus.Failed, (await admission.Reserve([new(0, 1)], Wait, default)).Status);
        _queues.Fails = false;
        _queues.Free[0] = 1;
        Assert.Equal(EnqueueStatus.Accepted, (await admission.Reserve([new(0, 1)], Wait, default)).Status);
        Assert.True(_queues.Requests[^1].HoldsNone);
    }

    [Fact]
    public async Task Credit_of_an_activation_that_is_gone_is_worth_nothing()
    {
        var admission = Control();
        _queues.Free[0] = 4;
        await admission.Reserve([new(0, 1)], Wait, default);
        (_queues.Session, _queues.Free[0]) = (2, 1);
        Assert.True(admission.TryReserve([new(0, 1)]));
        Assert.True(admission.TryReserve([new(0, 1)]));

        // the last one asked for more, and heard from a new activation that has room for one
        Assert.True(admission.TryReserve([new(0, 1)]));
        Assert.False(admission.TryReserve([new(0, 1)]));
    }

    [Theory]
    [InlineData(100, 2.5)]
    [InlineData(10, 25)]
    [InlineData(0, 30)]
    [InlineData(1e9, 0.25)]
    public void The_delay_follows_the_rate_at_which_the_queue_drains(double rate, double seconds) =>
        Assert.Equal(seconds, RefusalDelays.Of(rate, ahead: 0, capacity: 1000, random: 0.5).TotalSeconds, 3);

    [Fact]
    public async Task Where_it_would_take_too_long_nobody_waits_and_after_some_of_those_requests_are_not_even_read()
    {
        var admission = Control();
        _queues.Free[0] = 0;
        _queues.Rate = 1;
        var waiting = Enumerable.Range(0, 16).Select(_ => admission.Reserve([new(0, 1)], Wait, default).AsTask()).ToArray();
        await _queues.Asked(0);

        for (int i = 0; i < 16; i++)
        {
            Assert.False(admission.IsHopeless(out _));
            var refused = admission.Reserve([new(0, 1)], Wait, default);
            Assert.True(refused.IsCompleted);
            Assert.Equal(EnqueueStatus.QueueFull, (await refused).Status);
        }

        int unread = Enumerable.Range(0, 80).Count(i => admission.IsHopeless(out var refusal) && refusal.RetryAfter > TimeSpan.Zero);
        Assert.Equal(70, unread);
        _queues.Give(0, 17);
        await Task.WhenAll(waiting);
        Assert.Equal(EnqueueStatus.Accepted, (await admission.Reserve([new(0, 1)], Wait, default)).Status);
        Assert.False(admission.IsHopeless(out _));
    }

    [Fact]
    public async Task With_block_on_overflow_requests_wait_for_as_long_as_their_clients_do()
    {
        var patience = TimeSpan.FromSeconds(20);
        var admission = Control(new QueueOptions { Size = 10, BlockOnOverflow = true });
        Assert.Equal(patience, admission.WaitOf(patience));
        Assert.Equal(Wait, Control().WaitOf(patience));
        Assert.Equal(TimeSpan.FromSeconds(1), Control().WaitOf(TimeSpan.FromSeconds(1)));

        _queues.Free[0] = 0;
        var waiting = Enumerable.Range(0, 40).Select(_ => admission.Reserve([new(0, 1)], patience, default).AsTask()).ToArray();
        await _queues.Asked(0);
        Assert.DoesNotContain(waiting, static answer => answer.IsCompleted);
        _queues.Give(0, 40);
        Assert.All(await Task.WhenAll(waiting), static answer => Assert.Equal(EnqueueStatus.Accepted, answer.Status));
    }

    [Fact]
    public async Task However_many_ask_at_the_same_time_no_more_is_taken_than_was_granted()
    {
        var random = new Random(TestSeed.Choose(output.WriteLine));
        var admission = Control(new QueueOptions { Size = 1000, BlockOnOverflow = true });
        for (int slot = 0; slot < 20; slot++)
            _queues.Free[slot] = 100;
        var requests = Enumerable.Range(0, 2000)
            .Select(_ => Enumerable.Range(0, 20).Where(_ => random.Next(3) == 0).Select(slot => new SlotRoom(slot, random.Next(1, 4))).ToArray())
            .ToArray();
        var asked = new Task<bool>[requests.Length];
        Parallel.For(0, requests.Length, i => asked[i] = IsAdmitted(requests[i]));
        await Eventually.Holds(() =>
        {
            _time.Advance(Wait);
            return Array.TrueForAll(asked, static answer => answer.IsCompleted);
        });
        bool[] answers = await Task.WhenAll(asked);

        var taken = new long[20];
        foreach (var wanted in requests.Zip(answers).Where(static pair => pair.Second).SelectMany(static pair => pair.First))
            taken[wanted.Slot] += wanted.Room;
        Assert.All(taken, static room => Assert.InRange(room, 1, 100));

        async Task<bool> IsAdmitted(SlotRoom[] wanted) =>
            admission.TryReserve(wanted) || (await admission.Reserve(wanted, Wait, default)).Status == EnqueueStatus.Accepted;
    }

    [Fact]
    public async Task A_full_queue_of_long_ago_turns_nobody_away()
    {
        var admission = Control();
        await RefuseUntilHopeless(admission, new SlotRoom(0, 1));
        Assert.True(admission.IsHopeless(out _));

        _time.Advance(TimeSpan.FromSeconds(1));

        for (int i = 0; i < 20; i++)
            Assert.False(admission.IsHopeless(out _));
    }

    [Fact]
    public async Task One_full_queue_turns_nobody_away_who_may_need_another_one()
    {
        var admission = Control();
        _queues.Free[1] = 10;
        Assert.Equal(EnqueueStatus.Accepted, (await admission.Reserve([new(1, 1)], Wait, default)).Status);

        await RefuseUntilHopeless(admission, new SlotRoom(0, 1));
        for (int i = 0; i < 20; i++)
            Assert.False(admission.IsHopeless(out _));

        // once the other one is full as well, or of no use any more, there is no hope
        Assert.True(admission.TryReserve([new(1, 9)]));
        await RefuseUntilHopeless(admission, new SlotRoom(0, 1), waiting: 0);
        Assert.True(admission.IsHopeless(out _));
    }

    [Fact]
    public async Task With_block_on_overflow_nobody_is_turned_away_unread()
    {
        var admission = Control(new QueueOptions { Size = 10, BlockOnOverflow = true });
        var refused = Enumerable.Range(0, 20).Select(_ => admission.Reserve([new(0, 1)], Wait, default).AsTask()).ToArray();
        await _queues.Asked(0);
        _time.Advance(Wait);
        Assert.All(await Task.WhenAll(refused), static answer => Assert.Equal(EnqueueStatus.QueueFull, answer.Status));

        for (int i = 0; i < 20; i++)
            Assert.False(admission.IsHopeless(out _));
    }

    [Fact]
    public async Task Who_gives_up_makes_way_at_once_for_those_behind_who_need_less()
    {
        var admission = Control();
        using var gone = new CancellationTokenSource();
        _queues.Free[0] = 2;
        await admission.Reserve([new(0, 1)], Wait, default);
        var large = admission.Reserve([new(0, 5)], Wait, gone.Token).AsTask();
        await _queues.Asked(0);
        var small = admission.Reserve([new(0, 1)], Wait, default).AsTask();
        Assert.False(small.IsCompleted);

        await gone.CancelAsync();

        Assert.Equal(EnqueueStatus.Cancelled, (await large).Status);
        Assert.Equal(EnqueueStatus.Accepted, (await small.WaitAsync(TimeSpan.FromSeconds(30))).Status);
    }

    [Fact]
    public async Task A_request_for_two_queues_does_not_wait_for_ever_among_those_for_one()
    {
        var admission = Control(new QueueOptions { Size = 10, BlockOnOverflow = true });
        var wide = admission.Reserve([new(0, 1), new(1, 1)], TimeSpan.FromHours(1), default).AsTask();
        var narrow = new List<Task<EnqueueOutcome>>();

        // both queues are always full, others always wait, and room comes to one after the other
        for (int i = 0; i < 20; i++)
        {
            for (int slot = 0; slot < 2; slot++)
            {
                narrow.Add(admission.Reserve([new(slot, 1)], TimeSpan.FromHours(1), default).AsTask());
                narrow.Add(admission.Reserve([new(slot, 1)], TimeSpan.FromHours(1), default).AsTask());
            }
        }

        for (int i = 0; i < 10 && !wide.IsCompleted; i++)
        {
            for (int slot = 0; slot < 2; slot++)
            {
                await _queues.Asked(slot);
                _queues.Give(slot, 1);
                await _queues.Asked(slot);
            }
        }

        Assert.True(wide.IsCompleted);
    }

    private async Task RefuseUntilHopeless(AdmissionControl admission, SlotRoom wanted, int waiting = 16)
    {
        _queues.Free[wanted.Slot] = 0;
        _queues.Rate = 1;
        for (int i = 0; i < waiting; i++)
            _ = admission.Reserve([wanted], Wait, default).AsTask();
        await _queues.Asked(wanted.Slot);
        for (int i = 0; i < 16; i++)
            Assert.Equal(EnqueueStatus.QueueFull, (await admission.Reserve([wanted], Wait, default)).Status);
    }

    private AdmissionControl Control(QueueOptions? queue = null) => new(queue ?? new QueueOptions { Size = 10 }, "router", _queues.Ask, _time);

    /// <summary>Queues that have as much room as the test says, and let those wait who ask for more.</summary>
    private sealed class FakeQueues
    {
        private readonly Lock _gate = new();
        private readonly Dictionary<int, (CreditRequest Request, TaskCompletionSource<CreditGrant> Answer)> _open = [];

        public Dictionary<int, long> Free { get; } = [];

        public List<CreditRequest> Requests { get; } = [];

        public long Session { get; set; } = 1;

        public double Rate { get; set; }

        public EnqueueOutcome? Refusal { get; set; }

        public bool Fails { get; set; }

        public Task<CreditGrant> Ask(int slot, CreditRequest request)
        {
            lock (_gate)
            {
                Requests.Add(request);
                if (Fails)
                    return Task.FromException<CreditGrant>(new TimeoutException());
                if (Refusal is not null)
                    return Task.FromResult(new CreditGrant { Session = Session, Refusal = Refusal });
                long free = Free.GetValueOrDefault(slot);
                if (free >= request.Least)
                {
                    Free[slot] = 0;
                    return Task.FromResult(new CreditGrant { Session = Session, Room = free, DrainRate = Rate });
                }

                var answer = new TaskCompletionSource<CreditGrant>(TaskCreationOptions.RunContinuationsAsynchronously);
                _open[slot] = (request, answer);
                return answer.Task;
            }
        }

        /// <summary>Waits until somebody waits for room at a queue.</summary>
        public Task Asked(int slot) => Eventually.Holds(() =>
        {
            lock (_gate)
                return _open.ContainsKey(slot);
        });

        /// <summary>Frees room; whoever waits for it gets it.</summary>
        public void Give(int slot, long room)
        {
            lock (_gate)
            {
                Free[slot] = Free.GetValueOrDefault(slot) + room;
                if (!_open.TryGetValue(slot, out var open) || Free[slot] < open.Request.Least)
                    return;
                _open.Remove(slot);
                long given = Free[slot];
                Free[slot] = 0;
                open.Answer.SetResult(new CreditGrant { Session = Session, Room = given, DrainRate = Rate });
            }
        }
    }
}
