using System.Diagnostics;
using System.Globalization;

namespace OrleansLb.Otlp.Identity;

/// <summary>
/// A double as JSON and ECMAScript write numbers: the shortest digits that read back the same, plain from 1e-6 up to
/// 1e21, otherwise with an exponent that is not padded.
/// </summary>
internal static class DoubleText
{
    private const int LongestFormatted = 32;
    private const int LongestPlain = 21;
    private const int MostLeadingZeros = 6;

    /// <summary>Appends the text of a number.</summary>
    public static void Append(IdentifierBuffer buffer, double value)
    {
        if (!double.IsFinite(value))
        {
            buffer.Append(double.IsNaN(value) ? "NaN"u8 : value > 0 ? "Infinity"u8 : "-Infinity"u8);
            return;
        }

        if (double.IsNegative(value))
            buffer.Append("-"u8);

        // The runtime knows the shortest digits, but changes to exponents elsewhere: take its text apart.
        Span<byte> text = stackalloc byte[LongestFormatted];
        bool fits = Math.Abs(value).TryFormat(text, out int written, "R", CultureInfo.InvariantCulture);
        Debug.Assert(fits, "the shortest form fits");
        Span<byte> digits = stackalloc byte[LongestFormatted];
        int count = TakeDigits(text[..written], digits, out int pointAt);
        Layout(buffer, digits[..count], pointAt);
    }

    /// <summary>Collects the significant digits; the value is 0.DIGITS times ten to the power of <paramref name="pointAt"/>.</summary>
    private static int TakeDigits(ReadOnlySpan<byte> text, Span<byte> digits, out int pointAt)
    {
        int exponentAt = text.IndexOf((byte)'E');
        int exponent = exponentAt < 0 ? 0 : int.Parse(text[(exponentAt + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var mantissa = exponentAt < 0 ? text : text[..exponentAt];
        int point = mantissa.IndexOf((byte)'.');
        pointAt = (point < 0 ? mantissa.Length : point) + exponent;

        int count = 0;
        foreach (byte character in mantissa)
        {
            if (character == '.')
                continue;
            if (count == 0 && character == '0')
            {
                pointAt--;
                continue;
            }

            digits[count++] = character;
        }

        while (count > 0 && digits[count - 1] == '0')
            count--;
        return count;
    }

    private static void Layout(IdentifierBuffer buffer, ReadOnlySpan<byte> digits, int pointAt)
    {
        if (digits.IsEmpty)
        {
            buffer.Append("0"u8);
        }
        else if (pointAt is > LongestPlain or <= -MostLeadingZeros)
        {
            buffer.Append(digits[..1]);
            if (digits.Length > 1)
                buffer.Append("."u8).Append(digits[1..]);
            buffer.Append(pointAt > 0 ? "e+"u8 : "e-"u8).AppendDecimal(Math.Abs(pointAt - 1));
        }
        else if (pointAt <= 0)
        {
            buffer.Append("0."u8).Append("000000"u8[..-pointAt]).Append(digits);
        }
        else if (digits.Length <= pointAt)
        {
            buffer.Append(digits).Append("000000000000000000000"u8[..(pointAt - digits.Length)]);
        }
        else
        {
            buffer.Append(digits[..pointAt]).Append("."u8).Append(digits[pointAt..]);
        }
    }
}
