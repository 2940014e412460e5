using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace OrleansLb.Otlp.Compression.Deflate;

/// <summary>Finds what the input repeats: greedily, in one pass, with one candidate per place and no chains.</summary>
/// <remarks>
/// Spans, log records and data points repeat their predecessor with a few bytes changed, mostly at the same distance. So after a match the same distance is
/// tried again first: one comparison of 64 bytes tells how many bytes differ and how many follow that do not. Only when that finds nothing is the
/// table of hashes asked, byte by byte and then in growing steps, since what has no match soon is a random ID.
/// </remarks>
internal static unsafe class MatchFinder
{
    /// <summary>Places in the table of hashes; with 16 bits each it takes half of the L1 cache.</summary>
    public const int Places = 1 << HashBits;

    private const int HashBits = 13;

    // five bytes are hashed, and four of them must match
    private const int UnhashedBits = 24;

    // Misses, as a power of two, until the search makes a step more. In short messages most is new, and every match counts.
    private const int Patience = 2;
    private const int PatienceWhenShort = 4;
    private const int Short = 1 << 15;

    // how many bytes may differ before the same distance goes on; as many as a vector holds
    private const int FewLiterals = 16;
    private const int Compared = 64;

    // No match starts closer to the end than this, so that vectors may be loaded at every place where one may start.
    private const int Margin = FewLiterals + Compared;

    // bounds of what is added between two looks at the limit
    private const int LongestRun = 4096;
    private const int LongestRepeat = 1 << 14;

    /// <summary>Room for tokens that a call needs behind its limit.</summary>
    public const int TokenSlack = LongestRun + FewLiterals + Compared + Margin + (2 * (LongestRepeat / (DeflateToken.LongestMatch - 2))) + 2;

    /// <summary>Turns input into tokens until <paramref name="limit"/> of them are there, or a few more, or the input ends.</summary>
    /// <param name="input">The whole message.</param>
    /// <param name="length">Its length.</param>
    /// <param name="position">Where to go on; gets the place up to which there are tokens.</param>
    /// <param name="heads">The last place of each hash, modulo 2^16, in the message; <see cref="Places"/> of them, zeros at first.</param>
    /// <param name="tokens">Gets the tokens; needs room for <see cref="TokenSlack"/> more than the limit.</param>
    /// <param name="limit">How many tokens are enough.</param>
    /// <returns>How many tokens there are.</returns>
    public static int Run(byte* input, int length, ref int position, ushort* heads, uint* tokens, int limit)
    {
        byte* at = input + position, behind = at, end = input + length, searchEnd = end - Math.Min(length, Margin);
        uint* next = tokens, enough = tokens + limit;
        int patience = length < Short ? PatienceWhenShort : Patience;
        while (at < searchEnd && next < enough)
        {
            byte* stop = searchEnd - at < LongestRun ? searchEnd : at + LongestRun;
            int distance = Search(input, ref at, stop, heads, patience);
            if (distance > 0)
            {
                while (at > behind && at - distance > input && at[-1] == at[-1 - distance])
                    at--;
            }

            next = AddLiterals(next, behind, (int)(at - behind));
            behind = at;
            if (distance == 0)
                continue;

            uint distanceToken = DeflateToken.Distance(distance);
            do
            {
                // where bytes are equal, and where four of them begin: one comparison serves for as many matches as it shows
                ulong equal = Equal(at, at - distance);
                ulong pairs = equal & (equal >> 1), fours = pairs & (pairs >> 2);
                int literals = BitOperations.TrailingZeroCount(fours), left = Compared;
                if (literals > FewLiterals)
                    break;
                do
                {
                    AddFewLiterals(next, at);
                    next += literals;
                    at += literals;
                    left -= literals;
                    equal >>= literals;
                    fours >>= literals;

                    int matched = BitOperations.TrailingZeroCount(~equal), first = matched;
                    if (matched == left)
                    {
                        int more = Extend(at, matched, distance, end);
                        matched = AddPieces(ref next, more, distanceToken);
                        at += more - matched;
                        fours = 0;
                    }

                    next[0] = DeflateToken.Length(matched);
                    next[1] = distanceToken;
                    next += 2;
                    at += matched;
                    left -= first;
                    equal >>= first;
                    fours >>= first;
                    literals = BitOperations.TrailingZeroCount(fours);
                }
                while (literals <= FewLiterals);
            }
            while (at < searchEnd && next < enough);
            behind = at;
        }

        if (at >= searchEnd)
        {
            while (at < end)
                *next++ = *at++;
        }

        position = (int)(at - input);
        return (int)(next - tokens);
    }

    // The distance of a match at the next place that has one; 0 if there is none before the stop.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Search(byte* input, ref byte* start, byte* stop, ushort* heads, int patience)
    {
        byte* at = start;
        for (int misses = 1 << patience; at < stop; at += misses++ >> patience)
        {
            int here = (int)(at - input);
            ulong word = Unsafe.ReadUnaligned<ulong>(at);
            ushort* place = heads + (((word << UnhashedBits) * 0x9E37_79B1_85EB_CA87) >> (64 - HashBits));

            // without a branch, for none would be predicted well: a place outside of the window is taken for this one, and does not count
            int between = (ushort)(here - 1 - *place);
            int inside = (between - Math.Min(here, DeflateToken.LargestDistance)) >> 31;
            int distance = (between + 1) & inside;
            *place = (ushort)here;
            if (((Unsafe.ReadUnaligned<uint>(at - distance) ^ (uint)word) | (uint)~inside) == 0)
            {
                start = at;
                return distance;
            }
        }

        start = stop;
        return 0;
    }

    // a bit for each of 64 bytes
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Equal(byte* a, byte* b) =>
        Vector256.Equals(Vector256.Load(a), Vector256.Load(b)).ExtractMostSignificantBits()
        | ((ulong)Vector256.Equals(Vector256.Load(a + 32), Vector256.Load(b + 32)).ExtractMostSignificantBits() << 32);

    // always as many as a vector holds, of which the caller counts those that it means
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddFewLiterals(uint* tokens, byte* from)
    {
        var (low, high) = Vector128.Widen(Vector128.Load(from));
        var (first, second) = Vector128.Widen(low);
        var (third, fourth) = Vector128.Widen(high);
        first.Store(tokens);
        second.Store(tokens + 4);
        third.Store(tokens + 8);
        fourth.Store(tokens + 12);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint* AddLiterals(uint* tokens, byte* from, int count)
    {
        uint* behind = tokens + count;
        AddFewLiterals(tokens, from);
        while ((tokens += FewLiterals) < behind)
            AddFewLiterals(tokens, from += FewLiterals);
        return behind;
    }

    // All of a long match but its last piece, whose length is returned: at least three bytes, as every match must have.
    private static int AddPieces(ref uint* next, int length, uint distance)
    {
        while (length > DeflateToken.LongestMatch)
        {
            int piece = Math.Min(DeflateToken.LongestMatch, length - DeflateToken.ShortestMatch);
            next[0] = DeflateToken.Length(piece);
            next[1] = distance;
            next += 2;
            length -= piece;
        }

        return length;
    }

    private static int Extend(byte* at, int length, int distance, byte* end)
    {
        int limit = (int)Math.Min(end - at, LongestRepeat);
        for (; length + Vector256<byte>.Count <= limit; length += Vector256<byte>.Count)
        {
            uint differ = ~Vector256.Equals(Vector256.Load(at + length), Vector256.Load(at + length - distance)).ExtractMostSignificantBits();
            if (differ != 0)
                return length + BitOperations.TrailingZeroCount(differ);
        }

        while (length < limit && at[length] == at[length - distance])
            length++;
        return length;
    }
}
