using System.Text;
using OrleansLb.Otlp.Splitting;
using OrleansLb.Otlp.Wire;

namespace OrleansLb.Otlp.Tests.Splitting;

/// <summary>What was remembered may be forgotten at any time, but is never told of other values.</summary>
public sealed class KnownValuesTests
{
    private const int Margin = 8;

    private readonly StringBuilder _request = new();
    private readonly KnownValues _known = new();

    public KnownValuesTests()
    {
        _known.Begin();
        _known.BeginScope("key="u8, [new IdentifierGap { TextEnd = 4 }]);
    }

    [Fact]
    public void Values_have_the_part_that_was_kept_for_them()
    {
        Assert.Equal(-1, FindOrKeep(7, "checkout", "EU"));
        Assert.Equal(-1, FindOrKeep(8, "checkout", "US"));

        Assert.Equal(7, FindOrKeep(0, "checkout", "EU"));
        Assert.Equal(8, FindOrKeep(0, "checkout", "US"));
    }

    [Fact]
    public void The_order_of_values_counts()
    {
        FindOrKeep(1, "a", "b");
        Assert.Equal(-1, FindOrKeep(2, "b", "a"));
    }

    [Theory]
    [InlineData("", "a")]
    [InlineData("a", "b")]
    [InlineData("1234567", "12345678")]
    [InlineData("12345678", "123456789")]
    [InlineData("the same 8 first, one in the middle, the same 8 last", "the same 8 first, two in the middle, the same 8 last")]
    public void Values_that_differ_anywhere_are_others(string known, string other)
    {
        FindOrKeep(1, known);
        Assert.Equal(-1, FindOrKeep(2, other));
    }

    [Fact]
    public void Where_a_value_ends_and_the_next_begins_counts()
    {
        FindOrKeep(1, "ab", "c");
        Assert.Equal(-1, FindOrKeep(2, "a", "bc"));
    }

    [Fact]
    public void A_text_is_not_the_number_with_the_same_bytes()
    {
        _request.Append('a');
        Assert.Equal(-1, FindOrKeep(1, [Value(AnyValueKind.String, 0, 1)]));
        Assert.Equal(-1, FindOrKeep(2, [Value(AnyValueKind.Int, 0, 1)]));
    }

    [Fact]
    public void Equal_values_in_scopes_that_add_something_else_are_others()
    {
        FindOrKeep(1, "a");
        _known.BeginScope("other="u8, [new IdentifierGap { TextEnd = 6 }]);
        Assert.Equal(-1, FindOrKeep(2, "a"));
    }

    [Fact]
    public void Values_are_known_again_in_a_later_scope_that_adds_the_same()
    {
        FindOrKeep(1, "a");
        _known.BeginScope("other="u8, [new IdentifierGap { TextEnd = 6 }]);
        FindOrKeep(2, "b");
        _known.BeginScope("key="u8, [new IdentifierGap { TextEnd = 4 }]);
        Assert.Equal(1, FindOrKeep(3, "a"));
    }

    [Fact]
    public void A_request_knows_nothing_of_the_one_before()
    {
        FindOrKeep(1, "a");
        _known.Begin();
        _known.BeginScope("key="u8, [new IdentifierGap { TextEnd = 4 }]);
        Assert.Equal(-1, FindOrKeep(2, "a"));
    }

    [Fact]
    public void Far_more_values_than_are_remembered_never_get_the_part_of_others()
    {
        int known = 0;
        for (int i = 0; i < 20_000; i++)
        {
            // one of ten comes again often enough for them to be looked up at all
            int value = i % 2 == 0 ? i % 10 : i;
            int part = FindOrKeep(value, $"value {value}");
            Assert.True(part == -1 || part == value, $"{part} for {value}");
            known += part >= 0 ? 1 : 0;
        }

        Assert.InRange(known, 5000, 10_000);
    }

    [Fact]
    public void Values_that_do_not_repeat_are_soon_no_longer_looked_up()
    {
        for (int i = 0; i < KnownValues.Window; i++)
            FindOrKeep(i, $"value {i}");
        FindOrKeep(1, "a");
        Assert.Equal(-1, FindOrKeep(2, "a"));
    }

    [Fact]
    public void Values_that_repeat_are_looked_up_for_as_long_as_they_do()
    {
        for (int i = 0; i < 20 * KnownValues.Window; i++)
            FindOrKeep(i % 3, $"value {i % 3}");
        Assert.Equal(2, FindOrKeep(0, "value 2"));
    }

    private static AnyValue Value(AnyValueKind kind, int start, int end) => new() { Kind = kind, Start = start, End = end };

    private int FindOrKeep(int part, params string[] values)
    {
        var placed = new AnyValue[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            int start = _request.Length;
            _request.Append(values[i]);
            placed[i] = values[i].Length == 0 ? default : Value(AnyValueKind.String, start, _request.Length);
        }

        return FindOrKeep(part, placed);
    }

    private int FindOrKeep(int part, AnyValue[] values)
    {
        int found = _known.Find(Encoding.ASCII.GetBytes(_request + new string('\0', Margin)), values);
        if (found < 0)
            _known.Keep(values, part);
        return found;
    }
}
