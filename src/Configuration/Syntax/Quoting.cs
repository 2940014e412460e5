using System.Globalization;
using System.Text;

namespace OrleansLb.Configuration.Syntax;

/// <summary>Puts text into double quotes the way Go's <c>%q</c> does, which Alloy's messages use.</summary>
internal static class Quoting
{
    public static string Quote(string text)
    {
        var quoted = new StringBuilder(text.Length + 2).Append('"');
        foreach (var rune in text.EnumerateRunes())
        {
            string? escape = rune.Value switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\a' => "\\a",
                '\b' => "\\b",
                '\f' => "\\f",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                '\v' => "\\v",
                < ' ' or 0x7F => string.Create(CultureInfo.InvariantCulture, $"\\x{rune.Value:x2}"),
                _ when Characters.IsPrintable(rune) => null,
                > 0xFFFF => string.Create(CultureInfo.InvariantCulture, $"\\U{rune.Value:x8}"),
                _ => string.Create(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}"),
            };
            if (escape is null)
                quoted.Append(rune.ToString());
            else
                quoted.Append(escape);
        }

        return quoted.Append('"').ToString();
    }
}
