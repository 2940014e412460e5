using System.Globalization;
using System.Text;

namespace OrleansLb.Configuration.Syntax;

/// <summary>Which characters make identifiers, and how messages show a character.</summary>
internal static class Characters
{
    /// <summary>Stands for the end of the file where a character is expected.</summary>
    public const int EndOfFile = -1;

    public const int ByteOrderMark = 0xFEFF;

    public static bool IsDecimal(int ch) => ch is >= '0' and <= '9';

    public static bool IsLetter(int ch) => ch is >= 'a' and <= 'z' or >= 'A' and <= 'Z' or '_'
        || ch >= 0x80 && Rune.IsLetter(new Rune(ch));

    public static bool IsDigit(int ch) => IsDecimal(ch)
        || ch >= 0x80 && Rune.GetUnicodeCategory(new Rune(ch)) == UnicodeCategory.DecimalDigitNumber;

    public static bool IsIdentifier(string text)
    {
        bool first = true;
        foreach (var rune in text.EnumerateRunes())
        {
            if (!IsLetter(rune.Value) && (first || !IsDigit(rune.Value)))
                return false;
            first = false;
        }

        return text.Length > 0 && text is not ("true" or "false" or "null");
    }

    public static int HexadecimalValue(int ch) => ch switch
    {
        >= '0' and <= '9' => ch - '0',
        >= 'a' and <= 'f' => ch - 'a' + 10,
        >= 'A' and <= 'F' => ch - 'A' + 10,
        _ => 16,
    };

    /// <summary>The code point, and the character itself when it can be printed: <c>U+003B ';'</c>.</summary>
    public static string Describe(int ch)
    {
        string code = string.Create(CultureInfo.InvariantCulture, $"U+{ch:X4}");
        return Rune.IsValid(ch) && IsPrintable(new Rune(ch)) ? $"{code} '{new Rune(ch)}'" : code;
    }

    public static bool IsPrintable(Rune rune) => rune.Value == ' ' || Rune.GetUnicodeCategory(rune) is not
        (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
        or UnicodeCategory.OtherNotAssigned or UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator
        or UnicodeCategory.ParagraphSeparator);
}
