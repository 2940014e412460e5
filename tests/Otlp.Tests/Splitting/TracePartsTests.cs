using OrleansLb.Otlp.Splitting;

namespace OrleansLb.Otlp.Tests.Splitting;

public class TracePartsTests
{
    private readonly TraceParts _parts = new();

    [Fact]
    public void An_id_that_was_not_added_is_unknown()
    {
        Assert.False(_parts.TryFind(UInt128.Zero, out _));
        _parts.Add(Id(1), 7);
        Assert.False(_parts.TryFind(UInt128.Zero, out _));
        Assert.False(_parts.TryFind(Id(2), out _));
    }

    [Fact]
    public void What_is_remembered_of_many_more_ids_than_there_are_places_is_right()
    {
        const int Many = 20_000;
        int known = 0;
        for (int i = 0; i < Many; i++)
        {
            _parts.Add(Id(i), i);
            Assert.True(_parts.TryFind(Id(i), out int newest));
            Assert.Equal(i, newest);
        }

        for (int i = 0; i < Many; i++)
        {
            if (!_parts.TryFind(Id(i), out int part))
                continue;
            Assert.Equal(i, part);
            known++;
        }

        Assert.InRange(known, 1, Many - 1);
    }

    [Fact]
    public void The_newer_of_two_ids_with_one_place_is_the_one_that_is_known()
    {
        var (one, other) = (new UInt128(1UL << 32, 1), new UInt128(1UL << 32, 2));
        _parts.Add(one, 1);
        _parts.Add(other, 2);

        Assert.True(_parts.TryFind(other, out int part));
        Assert.Equal(2, part);
        Assert.False(_parts.TryFind(one, out _));
    }

    [Fact]
    public void The_next_request_knows_nothing_of_the_one_before()
    {
        for (int i = 0; i < 3000; i++)
            _parts.Add(Id(i), i);
        _parts.Clear();
        for (int i = 0; i < 3000; i++)
            Assert.False(_parts.TryFind(Id(i), out _));

        _parts.Add(Id(5), 50);
        Assert.True(_parts.TryFind(Id(5), out int part));
        Assert.Equal(50, part);
    }

    // Spread over the places by a multiplication, as random IDs would be.
    private static UInt128 Id(int number) => new((ulong)(number + 1) * 0x9E3779B97F4A7C15, (ulong)number);
}
