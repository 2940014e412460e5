using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using OrleansLb.Otlp.Wire;

namespace OrleansLb.Ingress.Debug;

/// <summary>Single values of the wire as text. Control characters are escaped, so that a value cannot forge a line of output.</summary>
internal static class ScalarText
{
    public static string Text(ReadOnlySpan<byte> utf8)
    {
        string text = Encoding.UTF8.GetString(utf8);
        if (!text.Any(char.IsControl))
            return text;
        var escaped = new StringBuilder(text.Length + 8);
        foreach (char ch in text)
        {
            if (char.IsControl(ch))
                escaped.Append(CultureInfo.InvariantCulture, $"\\u{(int)ch:x4}");
            else
                escaped.Append(ch);
        }

        return escaped.ToString();
    }

    public static string Hexadecimal(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(bytes);

    public static ulong Varint(ReadOnlySpan<byte> bytes)
    {
        int position = 0;
        WireError error = default;
        return Otlp.Wire.Varint.TryRead(bytes, ref position, bytes.Length, out ulong value, ref error) ? value : 0;
    }

    public static string Double(ReadOnlySpan<byte> eightBytes) =>
        BinaryPrimitives.ReadDoubleLittleEndian(eightBytes).ToString("R", CultureInfo.InvariantCulture);

    /// <summary>Nanoseconds since 1970 as a UTC time with all nine digits.</summary>
    public static string Time(ulong nanoseconds)
    {
        if (nanoseconds == 0)
            return "0";
        var seconds = DateTimeOffset.FromUnixTimeSeconds((long)(nanoseconds / 1_000_000_000));
        return string.Create(CultureInfo.InvariantCulture, $"{seconds:yyyy-MM-dd HH:mm:ss}.{nanoseconds % 1_000_000_000:d9} UTC");
    }
}
