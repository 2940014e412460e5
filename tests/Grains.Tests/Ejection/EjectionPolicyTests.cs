using System.Collections.Immutable;
using OrleansLb.Grains.Ejection;
using OrleansLb.Grains.Membership;
using OrleansLb.Grains.Options;
using OrleansLb.Testing;

namespace OrleansLb.Grains.Tests.Ejection;

public sealed class EjectionPolicyTests
{
    private readonly FakeTime _time = new();
    private readonly EjectionPolicy _policy;

    public EjectionPolicyTests() => _policy = new EjectionPolicy(new EjectionOptions(), _time);

    [Fact]
    public void A_backend_goes_when_it_has_taken_nothing_for_long_enough()
    {
        Reports("silo", null, 9.9, null);
        Assert.Empty(_policy.Decide(Seats(3)));
        Reports("silo", null, 10, null);
        Assert.Equal([1], _policy.Decide(Seats(3)));
    }

    [Fact]
    public void One_of_which_nobody_has_heard_stays()
    {
        Assert.Empty(_policy.Decide(Seats(3)));
        _policy.Note(new HealthReport("silo", [new SlotHealthReport(1, "another:4317", TimeSpan.FromMinutes(1))]));
        Assert.Empty(_policy.Decide(Seats(3)));
    }

    [Theory]
    [InlineData(2, 1, false)]
    [InlineData(2, 2, true)]
    [InlineData(3, 1, false)]
    [InlineData(3, 2, true)]
    [InlineData(4, 2, false)]
    [InlineData(5, 3, true)]
    public void A_majority_of_the_lanes_that_have_something_for_it_must_say_so(int lanes, int complaining, bool goes)
    {
        for (int lane = 0; lane < lanes; lane++)
            Reports($"silo {lane}", null, lane < complaining ? 60 : null, null);
        _policy.Note(new HealthReport("one that has nothing for it", [new SlotHealthReport(0, "b0:4317", null)]));
        Assert.Equal(goes, _policy.Decide(Seats(3)).Contains(1));
    }

    [Fact]
    public void What_a_lane_said_long_ago_does_not_count()
    {
        Reports("silo", null, 60, null);
        _time.Advance(EjectionPolicy.Freshness + TimeSpan.FromTicks(1));
        Assert.Empty(_policy.Decide(Seats(3)));
    }

    [Theory]
    [InlineData(2, 1, 1)]
    [InlineData(3, 2, 2)]
    [InlineData(4, 3, 2)]
    [InlineData(5, 4, 3)]
    [InlineData(10, 9, 5)]
    public void No_more_than_the_allowed_share_goes_and_those_that_have_failed_the_longest_first(int backends, int failing, int gone)
    {
        Reports("silo", [.. Enumerable.Range(0, backends).Select(slot => slot < failing ? 20 + slot : (double?)null)]);
        Assert.Equal(Enumerable.Range(failing - gone, gone), _policy.Decide(Seats(backends)).Order());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(30)]
    public void While_none_is_known_to_be_well_none_goes(int backends)
    {
        // one has just begun to fail: the fault may be ours
        Reports("silo", [.. Enumerable.Range(0, backends).Select(static slot => (double?)(slot == 0 ? 2 : 60))]);
        Assert.Empty(_policy.Decide(Seats(backends)));
    }

    [Fact]
    public void Who_is_out_stays_out_without_a_report_until_the_last_of_the_others_fails()
    {
        Assert.Equal([0], _policy.Decide(Seats(3, ejected: 0)));
        Reports("silo", null, 60, null);
        Assert.Equal([0, 1], _policy.Decide(Seats(3, ejected: 0)).Order());
        Reports("silo", null, 60, 3);
        Assert.Empty(_policy.Decide(Seats(3, ejected: 0)));
    }

    [Fact]
    public void Seats_of_weight_zero_are_not_counted_as_backends_that_could_take_over()
    {
        Reports("silo", 60);
        Assert.Empty(_policy.Decide([new SlotAssignment(0, "b0"), new SlotAssignment(1, "b1", SetWeight: 0)]));
    }

    private static ImmutableArray<SlotAssignment> Seats(int count, int ejected = -1) =>
        [.. Enumerable.Range(0, count).Select(slot => new SlotAssignment(slot, $"b{slot}", IsEjected: slot == ejected))];

    private void Reports(string lane, params double?[] failingFor) => _policy.Note(new HealthReport(
        lane, [.. failingFor.Select(static (seconds, slot) => new SlotHealthReport(slot, $"b{slot}:4317", seconds is { } s ? TimeSpan.FromSeconds(s) : null))]));
}
