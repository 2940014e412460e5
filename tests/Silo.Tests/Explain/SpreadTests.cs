using OrleansLb.Grains.Membership;
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
    [InlineData("a,b,c", "a,b,c,d", 0.25)]
    [InlineData("a,b,c,d", "a,b,c", 0.25)]
    [InlineData("a,b,c", "a,b,d", 1.0 / 3)]
    [InlineData("a,b", "a,c,d,e", 0.75)]
    [InlineData("a", "b", 1)]
    [InlineData("a,b,c", "a,b;weight=2,c", 1.0 / 6)]
    [InlineData("a,b;weight=3", "a,b;weight=0", 0.75)]
    public void The_ideal_move_follows_from_the_shares(string before, string after, double ideal) =>
        Assert.Equal(ideal, RingChange.IdealOf(Backends(before), Backends(after)), 12);

    private static Backend[] Backends(string list) =>
        [.. list.Split(',').Select(static entry => Backend.TryParse(entry, out var backend, out string? error) ? backend : throw new FormatException(error))];
}
