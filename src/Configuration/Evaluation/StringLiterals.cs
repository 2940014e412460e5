using System.Globalization;
using System.Text;

namespace OrleansLb.Configuration.Evaluation;

/// <summary>The text of a string literal that the scanner has accepted.</summary>
internal static class StringLiterals
{
    private static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Takes quotes and escapes off. False when <c>\NNN</c> or <c>\xNN</c> make bytes that are no UTF-8.</summary>
    public static bool TryUnquote(string literal, out string text)
    {
        string inner = literal[1..^1];
        if (literal[0] == '`')
        {
            text = inner.Replace("\r", "", StringComparison.Ordinal);
            return true;
        }

        text = inner;
        if (!inner.Contains('\\', StringComparison.Ordinal))
            return true;

        var bytes = new List<byte>(inner.Length);
        for (int i = 0; i < inner.Length;)
        {
            int escape = inner.IndexOf('\\', i);
            int plainEnd = escape < 0 ? inner.Length : escape;
            bytes.AddRange(Encoding.UTF8.GetBytes(inner[i..plainEnd]));
            i = escape < 0 ? inner.Length : AppendEscape(inner, escape + 1, bytes);
        }

        try
        {
            text = s_strict.GetString([.. bytes]);
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }

    private static int AppendEscape(string inner, int at, List<byte> bytes)
    {
        char kind = inner[at];
        switch (kind)
        {
            case 'x':
                bytes.Add(byte.Parse(inner.AsSpan(at + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
                return at + 3;
            case 'u' or 'U':
                int length = kind == 'u' ? 4 : 8;
                int code = int.Parse(inner.AsSpan(at + 1, length), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
                bytes.AddRange(Encoding.UTF8.GetBytes(new Rune(code).ToString()));
                return at + 1 + length;
            case >= '0' and <= '7':
                bytes.Add((byte)((inner[at] - '0') * 64 + (inner[at + 1] - '0') * 8 + (inner[at + 2] - '0')));
                return at + 3;
            default:
                bytes.Add((byte)(kind switch
                {
                    'a' => '\a',
                    'b' => '\b',
                    'f' => '\f',
                    'n' => '\n',
                    'r' => '\r',
                    't' => '\t',
                    'v' => '\v',
                    _ => kind,
                }));
                return at + 1;
        }
    }
}
