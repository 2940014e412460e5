using System.Buffers;
using System.Globalization;

namespace OrleansLb.Configuration.Evaluation;

/// <summary>A decimal number with a unit behind it, the element of durations and sizes: <c>1.5h</c>, <c>512KiB</c>.</summary>
internal static class Quantity
{
    // More digits than this overflow every unit of either kind, or are a fraction that does not count.
    private const int MostDigits = 19;

    private static readonly SearchValues<char> s_numeric = SearchValues.Create(".0123456789");

    /// <summary>Takes the sign in front of the first element off the text, if there is one; true when it is a minus.</summary>
    public static bool TakeSign(scoped ref ReadOnlySpan<char> text)
    {
        bool negative = text.StartsWith("-");
        if (negative || text.StartsWith("+"))
            text = text[1..];
        return negative;
    }

    /// <summary>Takes number and unit off the text; the unit may be empty. False when there is no number, or one past all bounds.</summary>
    public static bool TryTake(scoped ref ReadOnlySpan<char> text, out decimal quantity, out ReadOnlySpan<char> unit)
    {
        quantity = 0;
        unit = default;
        var whole = TakeDigits(ref text);
        var fraction = default(ReadOnlySpan<char>);
        if (text.StartsWith("."))
        {
            text = text[1..];
            fraction = TakeDigits(ref text);
        }

        if (whole.IsEmpty && fraction.IsEmpty || whole.TrimStart('0').Length > MostDigits)
            return false;
        if (!whole.IsEmpty)
            quantity = decimal.Parse(whole, NumberStyles.None, CultureInfo.InvariantCulture);
        decimal scale = 1;
        foreach (char digit in fraction[..Math.Min(fraction.Length, MostDigits)])
        {
            scale /= 10;
            quantity += (digit - '0') * scale;
        }

        int end = text.IndexOfAny(s_numeric);
        unit = end < 0 ? text : text[..end];
        text = text[unit.Length..];
        return true;
    }

    private static ReadOnlySpan<char> TakeDigits(scoped ref ReadOnlySpan<char> text)
    {
        int end = text.IndexOfAnyExceptInRange('0', '9');
        var digits = end < 0 ? text : text[..end];
        text = text[digits.Length..];
        return digits;
    }
}
