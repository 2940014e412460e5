using System.Text;
using OrleansLb.Otlp.Identity;

namespace OrleansLb.Otlp.Tests.Identity;

public sealed class StreamMemoTests
{
    private readonly StreamMemo _memo = new();

    [Fact]
    public void A_series_is_kept_when_it_comes_again_and_known_from_then_on()
    {
        byte[] attributes = Series(1);

        Assert.Equal([false, false, true, true], Enumerable.Range(0, 4).Select(_ => IsKnown(7, attributes)));
    }

    [Theory]
    [InlineData(StreamMemo.ShortestAttributes)]
    [InlineData(31)]
    [InlineData(32)]
    [InlineData(33)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(StreamMemo.LongestAttributes)]
    public void Nothing_is_found_but_the_same_bytes_under_the_same_metric(int length)
    {
        byte[] attributes = [.. Enumerable.Range(0, length).Select(static i => (byte)i)];
        for (int i = 0; i < 3; i++)
            IsKnown(7, attributes);

        Assert.True(_memo.TryFind(7, attributes, out _, out _));
        Assert.False(_memo.TryFind(8, attributes, out _, out _));
        if (length > StreamMemo.ShortestAttributes)
            Assert.False(_memo.TryFind(7, attributes.AsSpan(0, length - 1), out _, out _));
        for (int i = 0; i < length; i++)
        {
            attributes[i] ^= 1;
            Assert.False(_memo.TryFind(7, attributes, out _, out _));
            attributes[i] ^= 1;
        }
    }

    [Fact]
    public void More_series_than_there_is_room_for_push_each_other_out_and_are_never_mistaken()
    {
        const int Many = 5 * StreamMemo.Places;
        int known = 0;
        for (int round = 0; round < 3; round++)
        {
            for (int i = 0; i < Many; i++)
                known += IsKnown((ulong)(i % 3), Series(i)) ? 1 : 0;
        }

        Assert.InRange(known, 0, Many / 4);
        Assert.False(IsKnown(0, Series(0)));
    }

    [Fact]
    public void Series_that_fill_a_quarter_of_the_room_find_their_places()
    {
        const int Some = StreamMemo.Places / 4;
        for (int round = 0; round < 4; round++)
        {
            for (int i = 0; i < Some; i++)
                IsKnown(1, Series(i));
        }

        Assert.InRange(Enumerable.Range(0, Some).Count(i => IsKnown(1, Series(i))), Some * 9 / 10, Some);
    }

    [Fact]
    public void Where_nothing_repeats_few_are_looked_up()
    {
        int asked = 0;
        for (int i = 0; i < 20 * StreamMemo.Pause; i++)
        {
            if (!_memo.IsWorthAsking())
                continue;
            asked++;
            IsKnown(1, Series(i));
        }

        Assert.InRange(asked, 10 * StreamMemo.Window, 20 * StreamMemo.Window);
    }

    [Fact]
    public void Where_series_repeat_all_are_looked_up_after_a_while()
    {
        const int Some = StreamMemo.Places / 8;
        int asked = 0;
        for (int round = 0; round < 40; round++)
        {
            asked = 0;
            for (int i = 0; i < Some; i++)
            {
                if (!_memo.IsWorthAsking())
                    continue;
                asked++;
                IsKnown(1, Series(i));
            }
        }

        Assert.Equal(Some, asked);
    }

    /// <summary>Asks, keeps what was not known, and checks what was.</summary>
    private bool IsKnown(ulong metric, byte[] attributes)
    {
        byte[] expected = Encoding.ASCII.GetBytes($"stream/{XxHash64.Hash([(byte)metric, .. attributes]):x}");
        if (!_memo.TryFind(metric, attributes, out var identifier, out int place))
        {
            _memo.Keep(place, metric, attributes, expected);
            return false;
        }

        Assert.Equal(expected, identifier);
        return true;
    }

    private static byte[] Series(int number) => Encoding.ASCII.GetBytes($"{number:D8} of many series {new string('x', number % 100)}");
}
