using OrleansLb.Silo.Demo;

namespace OrleansLb.Silo.Tests.Demo;

public sealed class VerdictTests
{
    [Theory]
    [InlineData(100, 100, 0, true)]
    [InlineData(100, 99, 0, false)]
    [InlineData(100, 101, 0, false)]
    [InlineData(100, 100, 1, false)]
    [InlineData(0, 0, 0, false)]
    public void Every_span_must_arrive_once(long sent, long received, long rejected, bool holds) =>
        Assert.Equal(holds, Verdict.Delivery(sent, received, rejected).Holds);

    [Theory]
    [InlineData(10, 0, true)]
    [InlineData(10, 1, false)]
    [InlineData(0, 0, false)]
    public void No_trace_may_be_split(long traces, int split, bool holds) =>
        Assert.Equal(holds, Verdict.Whole(traces, split).Holds);

    [Theory]
    [InlineData(5, 0, true)]
    [InlineData(5, 1, false)]
    public void A_change_excuses_only_the_traces_that_were_on_their_way(int split, int elsewhere, bool holds)
    {
        var check = Verdict.WholeApartFromChanges(1000, split, elsewhere);
        Assert.Equal(holds, check.Holds);
        Assert.Contains($"{split - elsewhere} more were on their way", check.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Shares_may_differ_as_chance_lets_them_and_no_more()
    {
        Assert.True(Verdict.Spread([10_050, 9_980, 9_970]).Holds);
        Assert.False(Verdict.Spread([12_000, 9_000, 9_000]).Holds);
        Assert.False(Verdict.Spread([30_000, 0, 0]).Holds);
        Assert.False(Verdict.Spread([0, 0, 0]).Holds);
        Assert.True(Verdict.Spread([5]).Holds);
    }

    [Fact]
    public void A_move_must_be_as_large_as_needed_and_touch_no_other_keys()
    {
        Assert.True(Verdict.Movement("backend joins", new KeyMove(4000, 1010, 0), 0.25).Holds);
        Assert.False(Verdict.Movement("backend joins", new KeyMove(4000, 1010, 1), 0.25).Holds);
        Assert.False(Verdict.Movement("backend joins", new KeyMove(4000, 3000, 0), 0.25).Holds);
        Assert.False(Verdict.Movement("backend joins", new KeyMove(4000, 0, 0), 0.25).Holds);
        Assert.False(Verdict.Movement("backend joins", new KeyMove(0, 0, 0), 0.25).Holds);
    }

    [Theory]
    [InlineData(0, 0, false, true)]
    [InlineData(1, 0, false, false)]
    [InlineData(25, 20, true, true)]
    public void A_hand_over_lets_a_join_split_nothing(long split, long splitStraddling, bool mayBeSplit, bool holds) =>
        Assert.Equal(holds, Verdict.Split("scale-up", split, 100, splitStraddling, mayBeSplit).Holds);

    [Fact]
    public void The_share_that_is_split_is_that_of_the_traces_surely_under_way()
    {
        Assert.Contains("20.0 % of the traces under way split (20 of 100)", Verdict.Split("scale-up", 25, 100, 20, true).Detail, StringComparison.Ordinal);
        Assert.True(Verdict.Split("scale-up", 0, 0, 0, true).Holds);
    }

    [Fact]
    public void The_newcomer_gets_its_share_of_what_is_new()
    {
        Assert.True(Verdict.NewTraces(4000, 1010, 0.25).Holds);
        Assert.False(Verdict.NewTraces(4000, 0, 0.25).Holds);
        Assert.False(Verdict.NewTraces(0, 0, 0.25).Holds);
    }
}
