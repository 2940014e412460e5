using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;

namespace OrleansLb.Otlp.Identity;

/// <summary>
/// The identifiers of series that came before: a series repeats from export to export, byte for byte, so that its attributes need not be
/// sorted and hashed each time. An answer is what would be worked out, because all bytes are compared that it depends on.
/// </summary>
/// <remarks>
/// Of one size for ever: sets of four places. A series gets a place when it is seen for the second time, so that series which
/// come once cost no copy. Senders choose attributes, but not what meets in a set: a secret of the process decides that.
/// Not safe for concurrent use.
/// </remarks>
internal sealed class StreamMemo
{
    /// <summary>Series that there is room for, at <see cref="Stride"/> bytes each.</summary>
    public const int Places = 4096;

    /// <summary>Attributes of fewer bytes are not worth the look-up.</summary>
    public const int ShortestAttributes = 16;

    /// <summary>Attributes of more bytes are hashed each time.</summary>
    public const int LongestAttributes = Stride - AttributesAt;

    /// <summary>Series after which it is looked at how many of them were known.</summary>
    public const int Window = 1024;

    /// <summary>Series that are not looked up when too few were known.</summary>
    public const int Pause = 4096;

    private const int Stride = 320;
    private const int LengthAt = 8;
    private const int TextLengthAt = 12;
    private const int TextAt = 16;
    private const int AttributesAt = 40;
    private const int Ways = 4;
    private const int Lane = 2 * sizeof(ulong);

    // A tag has the bits of its hash that the number of the set has not; it is never that of a vacant place, which is zero.
    private const uint Taken = 2;
    private const uint Filled = 1;

    private static readonly ulong s_secret = BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(sizeof(ulong)));
    private static readonly ulong s_secondSecret = BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(sizeof(ulong)));

    private readonly uint[] _tags = new uint[Places];
    private readonly byte[] _entries = GC.AllocateUninitializedArray<byte>(Places * Stride);
    private int _replaced;
    private int _asked;
    private int _found;
    private int _paused;

    /// <summary>
    /// Whether the next series should be looked up: where hardly one of <see cref="Window"/> was known, the following <see cref="Pause"/>
    /// are left alone, so that what does not repeat costs little more than without a memo.
    /// </summary>
    public bool IsWorthAsking()
    {
        if (_paused > 0)
        {
            _paused--;
            return false;
        }

        if (++_asked == Window)
        {
            _paused = _found < Window / 8 ? Pause : 0;
            _asked = 0;
            _found = 0;
        }

        return true;
    }

    /// <summary>Looks a series up.</summary>
    /// <param name="metric">The identity of resource, scope and metric.</param>
    /// <param name="attributes">The attributes of the point in wire form, from <see cref="ShortestAttributes"/> to <see cref="LongestAttributes"/> bytes.</param>
    /// <param name="identifier">The identifier, when the answer is true; holds until <see cref="Keep"/>.</param>
    /// <param name="place">Where <see cref="Keep"/> puts it otherwise, or -1 for nowhere yet.</param>
    public bool TryFind(ulong metric, ReadOnlySpan<byte> attributes, out ReadOnlySpan<byte> identifier, out int place)
    {
        ulong hash = Hash(metric, attributes);
        uint tag = (uint)(hash >> 32) | Taken | Filled;
        int set = (int)hash & (Places - Ways);
        ref uint tags = ref _tags[set];
        uint ways = Vector128.Equals(Vector128.LoadUnsafe(ref tags) | Vector128.Create(Filled), Vector128.Create(tag)).ExtractMostSignificantBits();
        identifier = default;
        if (ways == 0)
        {
            Unsafe.Add(ref tags, _replaced++ & (Ways - 1)) = tag & ~Filled;
            place = -1;
            return false;
        }

        place = set + BitOperations.TrailingZeroCount(ways);
        if (_tags[place] != tag)
            return false;
        var entry = Entry(place);
        int length = MemoryMarshal.Read<int>(entry[LengthAt..]);
        if (MemoryMarshal.Read<ulong>(entry) != metric || !attributes.SequenceEqual(entry.Slice(AttributesAt, length)))
            return false;
        identifier = entry.Slice(TextAt, entry[TextLengthAt]);
        _found++;
        return true;
    }

    /// <summary>Keeps what was worked out after <see cref="TryFind"/> did not know it.</summary>
    public void Keep(int place, ulong metric, ReadOnlySpan<byte> attributes, ReadOnlySpan<byte> identifier)
    {
        if (place < 0)
            return;
        var entry = Entry(place);
        MemoryMarshal.Write(entry, metric);
        MemoryMarshal.Write(entry[LengthAt..], attributes.Length);
        entry[TextLengthAt] = (byte)identifier.Length;
        identifier.CopyTo(entry[TextAt..AttributesAt]);
        attributes.CopyTo(entry[AttributesAt..]);
        _tags[place] |= Filled;
    }

    private static ulong Hash(ulong metric, ReadOnlySpan<byte> attributes)
    {
        ref byte origin = ref MemoryMarshal.GetReference(attributes);
        nint length = attributes.Length;
        ulong first = s_secret ^ metric;
        ulong second = s_secondSecret ^ (ulong)length;
        for (nint position = 0; position < length - (2 * Lane); position += 2 * Lane)
        {
            first = Mix(ref origin, position, s_secret, first);
            second = Mix(ref origin, position + Lane, s_secondSecret, second);
        }

        // the last lanes overlap those before, or each other
        first = Mix(ref origin, Math.Max(0, length - (2 * Lane)), s_secret, first);
        second = Mix(ref origin, length - Lane, s_secondSecret, second);
        return Fold(first, second ^ s_secret);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Mix(ref byte origin, nint position, ulong secret, ulong state) => Fold(
        Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref origin, position)) ^ secret,
        Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref origin, position + sizeof(ulong))) ^ state);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Fold(ulong left, ulong right)
    {
        ulong high = Math.BigMul(left, right, out ulong low);
        return high ^ low;
    }

    private Span<byte> Entry(int place) => _entries.AsSpan(place * Stride, Stride);
}
