using System.Text;

namespace OrleansLb.Silo.Explain;

/// <summary>Bytes as text, where they are some.</summary>
internal static class PrintableText
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The text that these bytes are in UTF-8, or null when they are none or hold control characters.</summary>
    public static string? Of(ReadOnlySpan<byte> bytes)
    {
        try
        {
            string text = StrictUtf8.GetString(bytes);
            return text.Any(char.IsControl) ? null : text;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    /// <summary>The text of bytes that were cut off, possibly amid a character.</summary>
    public static string? OfBeginning(ReadOnlySpan<byte> bytes)
    {
        const int MostContinuations = 3;
        string? text = Of(bytes);
        for (int cut = 1; text is null && cut <= Math.Min(MostContinuations, bytes.Length); cut++)
            text = Of(bytes[..^cut]);
        return text;
    }
}
