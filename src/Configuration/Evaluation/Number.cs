using System.Globalization;

namespace OrleansLb.Configuration.Evaluation;

/// <summary>A number of the language: a signed or unsigned 64-bit integer, or a double.</summary>
internal readonly record struct Number
{
    private readonly Int128 _integer;
    private readonly double _real;

    private Number(Int128 integer, double real, bool isInteger)
    {
        _integer = integer;
        _real = real;
        IsInteger = isInteger;
    }

    public bool IsInteger { get; }

    public static Number Of(Int128 integer) => new(integer, 0, true);

    public static Number Of(double real) => new(0, real, false);

    /// <summary>Reads a literal: a leading zero makes an integer octal, and what fits no integer is a double.</summary>
    public static bool TryParseLiteral(string digits, out Number number)
    {
        if (TryParseInteger(digits, out var integer))
        {
            number = Of(integer);
            return true;
        }

        bool parsed = double.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out double real) && double.IsFinite(real);
        number = Of(real);
        return parsed;
    }

    /// <summary>Reads a string that stands where a number is expected: decimal digits, a sign, a fraction, an exponent.</summary>
    public static bool TryParseText(string text, out Number number)
    {
        number = default;
        if (text.AsSpan().ContainsAny(".eE"))
        {
            if (!double.TryParse(text, NumberStyles.Float & ~(NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite),
                    CultureInfo.InvariantCulture, out double real) || !double.IsFinite(real))
                return false;
            number = Of(real);
            return true;
        }

        bool negative = text.StartsWith('-');
        if (!Int128.TryParse(negative ? text.AsSpan(1) : text, NumberStyles.None, CultureInfo.InvariantCulture, out var integer))
            return false;
        integer = negative ? -integer : integer;
        number = Of(integer);
        return integer >= long.MinValue && integer <= (negative ? long.MaxValue : ulong.MaxValue);
    }

    /// <summary>The integer; a fraction is cut off. False when it does not fit.</summary>
    public bool TryGetInteger(out long value)
    {
        value = 0;
        if (!IsInteger)
        {
            if (double.IsNaN(_real) || Math.Abs(_real) >= 9.2e18)
                return false;
            value = (long)_real;
            return true;
        }

        if (_integer < long.MinValue || _integer > long.MaxValue)
            return false;
        value = (long)_integer;
        return true;
    }

    public double ToDouble() => IsInteger ? (double)_integer : _real;

    public Number Negate() => IsInteger ? Of(-_integer) : Of(-_real);

    /// <summary>Integers in decimal, doubles in the shortest form without an exponent.</summary>
    public override string ToString() => IsInteger
        ? _integer.ToString(CultureInfo.InvariantCulture)
        : _real.ToString("0." + new string('#', 330), CultureInfo.InvariantCulture);

    private static bool TryParseInteger(string digits, out Int128 value)
    {
        bool octal = digits.Length > 1 && digits[0] == '0';
        int radix = octal ? 8 : 10;
        value = 0;
        foreach (char digit in digits)
        {
            if (digit < '0' || digit - '0' >= radix)
                return false;
            value = value * radix + (digit - '0');
            if (value > ulong.MaxValue)
                return false;
        }

        return digits.Length > 0;
    }
}
