using System.Text;
using OrleansLb.Otlp.Splitting;

namespace OrleansLb.Otlp.Tests.Splitting;

public sealed class KnownTextsTests
{
    private readonly KnownTexts _texts = new();

    [Fact]
    public void A_text_keeps_its_number()
    {
        int first = NumberOf("a=|b=|", 2);
        Assert.NotEqual(first, NumberOf("a=1|b=|", 6));
        Assert.Equal(first, NumberOf("a=|b=|", 2));
    }

    [Fact]
    public void The_same_text_with_its_gaps_elsewhere_has_another_number()
    {
        // the first with nothing to fill: the resource has an empty value
        int[] numbers = [NumberOf("a=|b=|"), NumberOf("a=|b=|", 2), NumberOf("a=|b=|", 5), NumberOf("a=|b=|", 2, 5)];
        Assert.Equal(numbers.Length, numbers.Distinct().Count());
    }

    [Theory]
    [InlineData(100)]
    [InlineData(1000)]
    public void Of_many_texts_none_has_the_number_of_another(int count)
    {
        var numbers = new Dictionary<int, string>();
        for (int i = 0; i < 4 * count; i++)
        {
            string text = $"scope={i % count}|";
            Assert.Equal(text, numbers.TryGetValue(NumberOf(text), out string? other) ? other : numbers[NumberOf(text)] = text);
        }
    }

    [Fact]
    public void A_new_request_begins_with_new_numbers()
    {
        int before = NumberOf("a=|", 2);
        _texts.Clear();
        Assert.NotEqual(before, NumberOf("a=|", 2));
    }

    private int NumberOf(string text, params int[] ends) =>
        _texts.NumberOf(Encoding.ASCII.GetBytes(text), [.. ends.Select(static end => new IdentifierGap { TextEnd = end })]);
}
