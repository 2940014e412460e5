using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using OrleansLb.Otlp.Wire;

namespace OrleansLb.Otlp.Splitting;

/// <summary>
/// The parts of the values that items have shown so far: what people route by has few values next to the number of items, so that most items need no identifier.
/// </summary>
/// <remarks>
/// Values are compared byte for byte where they stand in the request. A place remembers one entry, the newest. Where values hardly ever come again, they are
/// not looked up any more.
/// </remarks>
internal sealed class KnownValues
{
    /// <summary>More gaps are not worth the look-up.</summary>
    public const int MostGaps = 4;

    /// <summary>Items after which it is looked at how many of them were known.</summary>
    public const int Window = 128;

    private const int PlaceBits = 10;
    private const int Places = 1 << PlaceBits;
    private const int UsualEntries = 128;
    private const int Word = sizeof(ulong);
    private const ulong Multiplier = 0x9E3779B97F4A7C15;

    // The entry of each place; zero is the one that nothing matches.
    private readonly ushort[] _numbers = new ushort[Places];
    private Entry[] _entries = new Entry[UsualEntries];
    private readonly KnownTexts _texts = new();
    private int _scopeText;
    private int _count;
    private int _asked;
    private int _found;
    private bool _isWorthAsking;
    private ulong _hash;

    /// <summary>Bytes that there is room for, of what scopes add.</summary>
    public int Capacity => _texts.Capacity;

    /// <summary>Begins a request.</summary>
    public void Begin()
    {
        if (_count > 0)
            Array.Clear(_numbers);
        _count = 0;
        _texts.Clear();
        _isWorthAsking = true;
        _asked = 0;
        _found = 0;
    }

    /// <summary>Begins a scope, with what its identifiers have from outside of the items.</summary>
    public void BeginScope(ReadOnlySpan<byte> text, ReadOnlySpan<IdentifierGap> gaps) => _scopeText = _texts.NumberOf(text, gaps);

    /// <summary>The part that the values had, or -1; then <see cref="Keep"/> may say it.</summary>
    /// <param name="request">What the values are slices of; eight bytes behind them can be read.</param>
    /// <param name="values">No more than <see cref="MostGaps"/>.</param>
    public int Find(ReadOnlySpan<byte> request, ReadOnlySpan<AnyValue> values)
    {
        if (!IsWorthAsking())
            return -1;
        ulong hash = Hash((ulong)_scopeText, ref MemoryMarshal.GetReference(request), values);
        _hash = hash;
        int number = _numbers[PlaceOf(hash)];
        ref readonly var entry = ref _entries[number];
        if (number == 0 || entry.Hash != hash || entry.ScopeText != _scopeText || !AreEqual(request, values, entry.Values))
            return -1;
        _found++;
        return entry.Part;
    }

    /// <summary>Remembers the part of values that were just looked up in vain.</summary>
    public void Keep(ReadOnlySpan<AnyValue> values, int part)
    {
        if (!_isWorthAsking)
            return;
        ref ushort number = ref _numbers[PlaceOf(_hash)];
        if (number == 0)
        {
            number = (ushort)++_count;
            if (_count == _entries.Length)
                Array.Resize(ref _entries, Math.Min(2 * _count, Places + 1));
        }

        ref var entry = ref _entries[number];
        entry.Hash = _hash;
        entry.Part = part;
        entry.ScopeText = _scopeText;
        for (int i = 0; i < values.Length; i++)
            entry.Values[i].Set(values[i].Kind, values[i].Start, values[i].End);
    }

    private bool IsWorthAsking()
    {
        if (_isWorthAsking && ++_asked == Window)
        {
            _isWorthAsking = _found >= Window / 4;
            _asked = 0;
            _found = 0;
        }

        return _isWorthAsking;
    }

    private static bool AreEqual(ReadOnlySpan<byte> request, ReadOnlySpan<AnyValue> values, in FourValues known)
    {
        for (int i = 0; i < values.Length; i++)
        {
            ref readonly var value = ref values[i];
            ref readonly var other = ref known[i];
            int length = value.End - value.Start;
            if (value.Kind != other.Kind || length != other.End - other.Start)
                return false;
            ref byte bytes = ref Unsafe.Add(ref MemoryMarshal.GetReference(request), value.Start);
            ref byte others = ref Unsafe.Add(ref MemoryMarshal.GetReference(request), other.Start);
            if (length <= 2 * Word)
            {
                if (!AreEqualWords(ref bytes, ref others, length))
                    return false;
            }
            else if (!request.Slice(value.Start, length).SequenceEqual(request.Slice(other.Start, length)))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Compares up to sixteen bytes, behind which eight can be read.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool AreEqualWords(ref byte bytes, ref byte others, nint length)
    {
        ulong difference = Unsafe.ReadUnaligned<ulong>(ref bytes) ^ Unsafe.ReadUnaligned<ulong>(ref others);
        if (length >= Word)
        {
            nint last = length - Word;
            return (difference | (Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref bytes, last)) ^ Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref others, last)))) == 0;
        }

        int beyond = 8 * (int)(Word - length);
        return length == 0 || (BitConverter.IsLittleEndian ? difference << beyond : difference >> beyond) == 0;
    }

    // Of a value the first eight bytes and the last: a hash that looks at all of it costs more than it finds.
    private static ulong Hash(ulong hash, ref byte origin, ReadOnlySpan<AnyValue> values)
    {
        foreach (ref readonly var value in values)
        {
            int length = value.End - value.Start;
            ulong first = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref origin, value.Start));
            ulong last = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref origin, Math.Max(value.End, Word) - Word));
            if (length < Word)
            {
                // only what belongs to the value, at the upper end of the word
                first = 0;
                last = length == 0 ? 0 : last >> (8 * (Word - length));
            }

            hash = (hash ^ last ^ BitOperations.RotateLeft(first, 29) ^ ((ulong)length << 56)) * Multiplier;
            hash ^= hash >> 32;
        }

        return hash;
    }

    // the upper bits depend on all of them
    private static int PlaceOf(ulong hash) => (int)(hash >> (64 - PlaceBits));

    private struct Entry
    {
        public ulong Hash;
        public int Part;
        public int ScopeText;
        public FourValues Values;
    }

    [InlineArray(MostGaps)]
    private struct FourValues
    {
        private AnyValue _first;
    }
}
