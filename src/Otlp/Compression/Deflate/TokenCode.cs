using System.Runtime.CompilerServices;

namespace OrleansLb.Otlp.Compression.Deflate;

/// <summary>An entry of the table of codes: the bits of a token, how many of them are the code, and how many they are with the extra bits.</summary>
/// <remarks>Plain numbers, so that the loop which writes tokens keeps them in registers.</remarks>
internal static class TokenCode
{
    /// <summary>Most bytes of a token, on the average of two: a literal takes 15 bits at most, a length and its distance 48.</summary>
    public const int MostBytes = 3;

    /// <summary>About how many bits the fixed codes take for a token.</summary>
    public const int ExpectedFixedBits = 10;

    /// <summary>Where the bits of the code begin, with those extra bits that the entry has itself.</summary>
    public const int BitsShift = 16;

    // a shift by the entry itself takes its low six bits, which are the length of the code
    private const int CountShift = 8;

    /// <summary>An entry whose extra bits, if there are any, are the token's.</summary>
    public static ulong Of(uint code, int codeLength, int extra) =>
        (uint)codeLength | ((uint)(codeLength + extra) << CountShift) | ((ulong)code << BitsShift);

    /// <summary>An entry that has the extra bits itself.</summary>
    public static ulong Of(uint code, int codeLength, uint extraBits, int extra) => Of(code | (extraBits << codeLength), codeLength, extra);

    /// <summary>The bits to write for a token.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Bits(ulong entry, uint token) =>
        (entry >> BitsShift) | ((ulong)(token >> DeflateToken.IndexBits) << (int)entry);

    /// <summary>How many they are.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Count(ulong entry) => (byte)(entry >> CountShift);
}
