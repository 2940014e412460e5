using OrleansLb.Silo.Explain;

namespace OrleansLb.Silo.Tests.Explain;

public sealed class SpreadTests
{
    [Fact]
    public void Even_counts_have_none() => Assert.Equal(new Spread(0, 1), Spread.Of([7, 7, 7]));

    // mean 5, squared distances 9, 1, 1, 1, 0, 0, 4, 16: variance 4, standard deviation 2
    [Fact]
    public void The_deviation_is_that_of_the_whole_population() => Assert.Equal(new Spread(0.4, 4.5), Spread.Of([2, 4, 4, 4, 5, 5, 7, 9]));

    [Fact]
    public void Without_a_smallest_there_is_no_ratio() => Assert.Equal(new Spread(1, null), Spread.Of([0, 2]));

    // a backend that stays must take from others only what evens the shares out
    [Theory]
    [InlineData(3, 4, 3, 0.25)]
    [InlineData(4, 3, 3, 0.25)]
    [InlineData(3, 3, 2, 1.0 / 3)]
    [InlineData(2, 4, 1, 0.75)]
    [InlineData(1, 1, 0, 1)]
    public void The_ideal_move_follows_from_even_shares(int before, int after, int staying, double ideal) =>
        Assert.Equal(ideal, RingChange.IdealOf(before, after, staying), 12);
}
