using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace OrleansLb.Otlp.Compression.Deflate;

/// <summary>Finds what the input repeats: greedily, in one pass, with one candidate per place and no chains.</summary>
/// <remarks>
/// Spans, log records and data points repeat their predecessor with a few bytes changed, mostly at the same distance. So after a match the same distance is
/// tried again first: one comparison of 64 bytes tells how many bytes differ and how many follow that do not. Only when that finds nothing is the
/// table of hashes asked, byte by byte and then in growing steps, since what has no match soon is a random ID. Matches shorter than eight bytes are not
/// looked for: each takes as much time as a long one, mostly for branches that are mispredicted, and saves few bytes.
/// </remarks>
internal static unsafe class MatchFinder
{
    /// <summary>Places in the table of hashes; with 16 bits each it takes half of the L1 cache.</summary>
    public const int Places = 1 << HashBits;

    /// <summary>Most literals that are added between two looks at whether the sink is full.</summary>
    public const int MostLiterals = LongestRun + FewLiterals;

    /// <summary>Most matches that are added between two looks.</summary>
    public const int MostMatches = (LongestRepeat / (DeflateToken.LongestMatch - DeflateToken.ShortestMatch)) + 2;

    /// <summary>No match starts closer to the end than this, so that vectors may be loaded at every place where one may start.</summary>
    public const int Margin = Compared + 16;

    private const int HashBits = 13;

    // Misses, as a power of two, until the search makes a step more. In short messages most is new, and every match counts.
    private const int Patience = 2;
    private const int PatienceWhenShort = 4;
    private const int Short = 1 << 15;

    // how many bytes may differ before the same distance goes on
    private const int FewLiterals = 48;
    private const int Compared = 64;

    // bounds of what is added between two looks at the sink
    private const int LongestRun = 512;
    private const int LongestRepeat = 1 << 14;

    /// <summary>Turns input into literals and matches until the sink is full or the input ends.</summary>
    /// <param name="input">The whole message.</param>
    /// <param name="length">Its length.</param>
    /// <param name="position">Where to go on; gets the place up to which the sink has everything.</param>
    /// <param name="heads">The last place of each hash, modulo 2^16, in the message; <see cref="Places"/> of them, zeros at first.</param>
    /// <param name="sink">Gets what is found.</param>
    /// <param name="limit">Where the sink is full: it takes <see cref="MostLiterals"/> and <see cref="MostMatches"/> more.</param>
    public static void Run<TSink>(byte* input, int length, ref int position, ushort* heads, ref TSink sink, void* limit)
        where TSink : struct, ITokenSink
    {
        while (position < length - Margin && !sink.HasReached(limit))
        {
            int literals = AddMatches(input, length, ref position, heads, ref sink, limit);
            sink.AddLiterals(input + position, literals);
            position += literals;
        }
    }

    // Goes on until the sink is full, the end is near or a long run has no match; the length of that run is returned, which is still to be added.
    private static int AddMatches<TSink>(byte* input, int length, ref int position, ushort* heads, ref TSink taker, void* limit)
        where TSink : struct, ITokenSink
    {
        // In a copy of its own, which is kept in registers: for that, there must be few places where something is added.
        var sink = taker;
        byte* at = input + position, behind = at, end = input + length, searchEnd = end - Margin;
        int patience = length < Short ? PatienceWhenShort : Patience;
        int distance = 0, run = 0;
        while (true)
        {
            byte* stop = searchEnd - behind < LongestRun ? searchEnd : behind + LongestRun;
            int misses = 1 << patience;
            while (!Repeats(at, distance))
            {
                at += misses++ >> patience;
                if (at >= stop)
                {
                    run = (int)(stop - behind);
                    goto Done;
                }

                distance = Ask(input, at, heads);
            }

            while (at > behind && at - distance > input && at[-1] == at[-1 - distance])
                at--;
            sink.SetDistance(distance);
            ulong equal = Equal(at, at - distance);
            int candidate, literals = 0;
            do
            {
                sink.AddLiterals(behind, (nint)(at - behind));
                int matched = BitOperations.TrailingZeroCount(~equal);
                if (matched + literals >= Compared)
                {
                    matched = Extend(at, matched, distance, end);
                    while (matched > DeflateToken.LongestMatch)
                    {
                        // what is left must not be shorter than a match can be
                        int piece = Math.Min(DeflateToken.LongestMatch, matched - DeflateToken.ShortestMatch);
                        sink.AddMatch(piece);
                        at += piece;
                        matched -= piece;
                    }
                }

                sink.AddMatch(matched);
                at += matched;
                behind = at;
                if (at >= searchEnd || sink.HasReached(limit))
                    goto Done;

                // Where bytes are equal, and where eight of them begin. Meanwhile the table is asked as well, in case that the distance does not go on.
                equal = Equal(at, at - distance);
                candidate = Ask(input, at, heads);
                ulong runs = equal & (equal >> 1);
                runs &= runs >> 2;
                runs &= runs >> 4;
                literals = BitOperations.TrailingZeroCount(runs);
                equal >>= literals;
                at += literals;
            }
            while (literals <= FewLiterals);
            at = behind;
            distance = candidate;
        }

    Done:
        position = (int)(behind - input);
        taker = sink;
        return run;
    }

    // How far back the last place with the same hash is, modulo 2^16; this one takes its place. It is never before the message, for where nothing was yet there is a zero.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Ask(byte* input, byte* at, ushort* heads)
    {
        int here = (int)(at - input);
        ushort* place = heads + ((Unsafe.ReadUnaligned<ulong>(at) * 0x9E37_79B1_85EB_CA87) >> (64 - HashBits));
        int distance = (ushort)(here - *place);
        *place = (ushort)here;
        return distance;
    }

    // whether a distance below 2^16 is in the window and eight bytes are the same there: one test, for neither would be predicted well
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Repeats(byte* at, int distance) =>
        ((Unsafe.ReadUnaligned<ulong>(at - distance) ^ Unsafe.ReadUnaligned<ulong>(at)) | ((uint)(distance - 1) & ~(uint)(DeflateToken.LargestDistance - 1))) == 0;

    // a bit for each of 64 bytes
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Equal(byte* a, byte* b) =>
        Vector256.Equals(Vector256.Load(a), Vector256.Load(b)).ExtractMostSignificantBits()
        | ((ulong)Vector256.Equals(Vector256.Load(a + 32), Vector256.Load(b + 32)).ExtractMostSignificantBits() << 32);

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
