using System.Buffers;
using System.Text;

namespace OrleansLb.Otlp.Grpc;

/// <summary>The <c>grpc-message</c> header: UTF-8 with every byte outside of printable ASCII, and <c>%</c> itself, percent-encoded.</summary>
public static class GrpcMessage
{
    /// <summary>Longest text that is put into a header; what is longer is cut, since header lists are limited to some KiB everywhere.</summary>
    public const int MaxTextLength = 1024;

    private const string HexDigits = "0123456789ABCDEF";
    private static readonly SearchValues<char> Plain = SearchValues.Create(
        " !\"#$&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~");

    /// <summary>The header value for a text; unpaired surrogates become U+FFFD.</summary>
    public static string Encode(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length > MaxTextLength)
            text = text[..(char.IsHighSurrogate(text[MaxTextLength - 1]) ? MaxTextLength - 1 : MaxTextLength)];
        if (!text.AsSpan().ContainsAnyExcept(Plain))
            return text;

        var encoded = new StringBuilder(text.Length + 16);
        foreach (byte unit in Encoding.UTF8.GetBytes(text))
        {
            if (unit is >= 0x20 and <= 0x7E and not (byte)'%')
                encoded.Append((char)unit);
            else
                encoded.Append('%').Append(HexDigits[unit >> 4]).Append(HexDigits[unit & 0xF]);
        }

        return encoded.ToString();
    }

    /// <summary>The text of a header value; a percent sign that starts no valid escape stands for itself.</summary>
    public static string Decode(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (!value.Contains('%', StringComparison.Ordinal))
            return value;

        byte[] units = Encoding.UTF8.GetBytes(value);
        int length = 0;
        for (int at = 0; at < units.Length; at++)
        {
            if (units[at] == '%' && at + 2 < units.Length && Hex(units[at + 1]) is >= 0 and var high && Hex(units[at + 2]) is >= 0 and var low)
            {
                units[length++] = (byte)((high << 4) | low);
                at += 2;
            }
            else
            {
                units[length++] = units[at];
            }
        }

        return Encoding.UTF8.GetString(units, 0, length);
    }

    private static int Hex(byte digit) => digit switch
    {
        >= (byte)'0' and <= (byte)'9' => digit - '0',
        >= (byte)'A' and <= (byte)'F' => digit - 'A' + 10,
        >= (byte)'a' and <= (byte)'f' => digit - 'a' + 10,
        _ => -1,
    };
}
