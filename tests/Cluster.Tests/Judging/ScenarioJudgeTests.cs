using OrleansLb.Cluster.Tests.Running;
using OrleansLb.Cluster.Tests.Scenarios;
using OrleansLb.EndToEnd.Tests.Histories;

namespace OrleansLb.Cluster.Tests.Judging;

/// <summary>The judge finds what is not as it is wanted, in a history that is forged: life 0 goes, life 1 stays.</summary>
public sealed class ScenarioJudgeTests
{
    private static readonly Scenario s_scenario = new("forged", static _ => Task.CompletedTask);
    private static readonly DeadLane s_killed = new(Life: 0, At(20), At(22), MemoryDies: true);

    private readonly ClusterRecord _record = new();
    private readonly List<ClientAttempt> _attempts = [];
    private readonly List<Receipt> _receipts = [];

    [Fact]
    public void What_arrives_once_and_soon_is_as_it_is_wanted()
    {
        Acknowledged(life: 0, item: 1, answeredAt: 10);
        Arrived(item: 1, at: 11);
        _record.Exchanged(new Exchange(At(9.5), At(10), [0]));

        var result = Judge(isDurable: false);

        Assert.Empty(result.Faults);
        Assert.Equal((1, 0, 0, 0.5), (result.Acknowledged, result.Lost, result.Duplicated, result.LongestStall));
    }

    [Theory]
    [InlineData(true, 0, 1, 0)]
    [InlineData(false, 0, 0, 1)]
    [InlineData(false, 1, 1, 0)]
    public void What_is_lost_with_the_memory_of_a_killed_process_is_no_fault_and_everything_else_is(bool isDurable, int life, int lost, int lostWithProcess)
    {
        _record.Died(s_killed);
        Acknowledged(life, item: 1, answeredAt: 19);

        var result = Judge(isDurable);

        Assert.Equal((lost, lostWithProcess), (result.Lost, result.LostWithProcess));
        Assert.Equal(lost, result.Faults.Count);
    }

    [Fact]
    public void Memory_that_a_silo_hands_over_in_good_order_is_not_lost()
    {
        _record.Died(s_killed with { MemoryDies = false });
        Acknowledged(life: 0, item: 1, answeredAt: 19);

        Assert.Equal("1 acknowledged spans are lost", Assert.Single(Judge(isDurable: false).Faults));
    }

    [Theory]
    [InlineData(19, 1)]
    [InlineData(5, 0)]
    [InlineData(23, 0)]
    public void Behind_an_ingress_only_what_was_acknowledged_shortly_before_may_have_been_in_the_killed_silo(double answeredAt, int lostWithProcess)
    {
        _record.Died(s_killed with { Life = null });
        Acknowledged(life: 1, item: 1, answeredAt);

        Assert.Equal(lostWithProcess, Judge(isDurable: false).LostWithProcess);
    }

    [Fact]
    public void Copies_are_counted()
    {
        Acknowledged(life: 1, item: 1, answeredAt: 10);
        Arrived(item: 1, at: 11);
        Arrived(item: 1, at: 12);

        Assert.Equal(1, Judge(isDurable: true).Duplicated);
    }

    [Fact]
    public void A_dead_lane_that_takes_long_is_found_and_its_time_counts_from_when_it_was_known()
    {
        _record.Died(s_killed);
        Acknowledged(life: 0, item: 1, answeredAt: 19);
        Arrived(item: 1, at: 33);

        var result = Judge(isDurable: true);

        Assert.Equal(11, result.DeadLanesDelivered);
        Assert.Equal("the dead lane was delivered 11.0 s after it was known", Assert.Single(result.Faults));
    }

    [Fact]
    public void A_client_that_waits_at_a_healthy_member_is_found_and_one_at_a_troubled_member_is_not()
    {
        Acknowledged(life: 1, item: 1, answeredAt: 14);
        Arrived(item: 1, at: 14);
        _record.Trouble(life: 0);
        _record.Exchanged(new Exchange(At(10), At(14), [0, 1]));
        Assert.Empty(Judge(isDurable: true).Faults);

        _record.Exchanged(new Exchange(At(12), At(13.5), [1, 1]));
        Assert.Equal("a client of a healthy member waited 1.50 s from 12.0 s on", Assert.Single(Judge(isDurable: true).Faults));
    }

    [Fact]
    public void What_happens_before_the_scenario_begins_is_no_stall()
    {
        Acknowledged(life: 1, item: 1, answeredAt: 4);
        Arrived(item: 1, at: 4);
        _record.Began = At(5);
        _record.Exchanged(new Exchange(At(1), At(4), [1]));

        Assert.Empty(Judge(isDurable: true).Faults);
    }

    [Theory]
    [InlineData(AttemptOutcome.RefusedForNow)]
    [InlineData(AttemptOutcome.Unknown)]
    public void In_good_order_nothing_is_refused_and_everything_is_answered(object outcome)
    {
        Acknowledged(life: 1, item: 1, answeredAt: 12);
        Arrived(item: 1, at: 12);
        _attempts.Add(new ClientAttempt(0, At(10), At(11), (AttemptOutcome)outcome, [new SentItem(1, 1)]) { RetryDelay = At(1) });
        Assert.Empty(Judge(isDurable: true).Faults);

        var orderly = Judge(isDurable: true, s_scenario with { IsOrderly = true });
        Assert.Equal("1 requests were refused or not answered although all went in good order", Assert.Single(orderly.Faults));
    }

    [Fact]
    public void A_key_with_two_owners_is_found()
    {
        Acknowledged(life: 0, item: 1, answeredAt: 10);
        Acknowledged(life: 1, item: 2, answeredAt: 10);
        Arrived(item: 1, at: 11, backend: 0);
        Arrived(item: 2, at: 11, backend: 1);

        Assert.StartsWith("I3OneOwner", Assert.Single(Judge(isDurable: true).Faults), StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_without_traffic_proves_nothing() => Assert.Equal("nothing was acknowledged at all", Assert.Single(Judge(isDurable: true).Faults));

    private static TimeSpan At(double seconds) => TimeSpan.FromSeconds(seconds);

    private void Acknowledged(int life, ulong item, double answeredAt) =>
        _attempts.Add(new ClientAttempt(life, At(answeredAt - 0.1), At(answeredAt), AttemptOutcome.Acknowledged, [new SentItem(item, 1)]));

    private void Arrived(ulong item, double at, int backend = 0) => _receipts.Add(new Receipt(item, 1, backend, At(at)));

    private ScenarioResult Judge(bool isDurable, Scenario? scenario = null) => ScenarioJudge.Judge(scenario ?? s_scenario, isDurable, _record, new History
    {
        Backends = ["a:1", "b:1"],
        Attempts = _attempts,
        Receipts = _receipts,
        Changes = [new MembershipChange(TimeSpan.Zero, TimeSpan.Zero, [0, 1])],
        Lives = [new BalancerLife(isDurable) { WasKilled = true }, new BalancerLife(isDurable)],
    }, TimeSpan.FromSeconds(1));
}
