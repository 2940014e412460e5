using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using OrleansLb.Otlp.Memory;
using OrleansLb.Otlp.Wire;

namespace OrleansLb.Otlp.Identity;

/// <summary>
/// A stack of attributes, kept from one use to the next: a map is pushed, sorted in place and popped, and so are the maps inside
/// of it.
/// </summary>
internal sealed class AttributeList
{
    // Attribute lists are short and often sorted already; the heap is for lists that somebody made long.
    private const int LongestInserted = 24;

    private ScratchList<Entry> _pairs = new(32);

    public int Count => _pairs.Count;

    public int Capacity => _pairs.Capacity;

    public ref readonly KeyValue this[int index] => ref _pairs[index].Pair;

    public void Truncate(int count) => _pairs.Truncate(count);

    /// <summary>Pushes the pairs that a message has in the repeated field <paramref name="number"/>, which is below 16.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public bool TryPush(ReadOnlySpan<byte> bytes, int position, int end, uint number, ref WireError error)
    {
        var filter = new FieldFilter(1u << (int)number);
        var message = bytes[..end];
        while ((position = filter.Skip(message, position)) < end)
        {
            if (!WireReader.TryRead(bytes, position, end, out var field, ref error))
                return false;
            if (field.Number == number)
            {
                if (field.Type != WireType.LengthDelimited)
                    return WireReader.WrongType(position, ref error);
                if (!TryPush(bytes, field.ValueStart, field.End, ref error))
                    return false;
            }

            position = field.End;
        }

        return true;
    }

    /// <summary>Pushes one pair.</summary>
    public bool TryPush(ReadOnlySpan<byte> bytes, int start, int end, ref WireError error)
    {
        ref var entry = ref _pairs.Add();
        if (!KeyValue.TryRead(bytes, start, end, out entry.Pair, ref error))
            return false;
        entry.Beginning = Beginning(bytes, entry.Pair.KeyStart, entry.Pair.KeyEnd);
        return true;
    }

    /// <summary>Sorts the pairs from <paramref name="start"/> on by the bytes of their keys, those of one key by their place.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Sort(ReadOnlySpan<byte> bytes, int start)
    {
        var pairs = _pairs.From(start);
        if (pairs.Length <= LongestInserted)
        {
            for (int i = 1; i < pairs.Length; i++)
                Insert(bytes, pairs, i);
            return;
        }

        for (int root = (pairs.Length / 2) - 1; root >= 0; root--)
            SiftDown(bytes, pairs, root);
        for (int last = pairs.Length - 1; last > 0; last--)
        {
            (pairs[0], pairs[last]) = (pairs[last], pairs[0]);
            SiftDown(bytes, pairs[..last], 0);
        }
    }

    public bool HasSameKey(ReadOnlySpan<byte> bytes, int first, int second)
    {
        ref var left = ref _pairs[first];
        ref var right = ref _pairs[second];
        return left.Beginning == right.Beginning && Key(bytes, left.Pair).SequenceEqual(Key(bytes, right.Pair));
    }

    private static void Insert(ReadOnlySpan<byte> bytes, Span<Entry> pairs, int index)
    {
        if (Compare(bytes, pairs[index - 1], pairs[index]) <= 0)
            return;
        var inserted = pairs[index];
        do
        {
            pairs[index] = pairs[index - 1];
            index--;
        }
        while (index > 0 && Compare(bytes, pairs[index - 1], inserted) > 0);

        pairs[index] = inserted;
    }

    private static void SiftDown(ReadOnlySpan<byte> bytes, Span<Entry> pairs, int root)
    {
        while ((2 * root) + 1 < pairs.Length)
        {
            int child = (2 * root) + 1;
            if (child + 1 < pairs.Length && Compare(bytes, pairs[child], pairs[child + 1]) < 0)
                child++;
            if (Compare(bytes, pairs[root], pairs[child]) >= 0)
                return;
            (pairs[root], pairs[child]) = (pairs[child], pairs[root]);
            root = child;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Compare(ReadOnlySpan<byte> bytes, in Entry left, in Entry right) =>
        left.Beginning != right.Beginning ? (left.Beginning < right.Beginning ? -1 : 1) : CompareWhole(bytes, left.Pair, right.Pair);

    private static int CompareWhole(ReadOnlySpan<byte> bytes, in KeyValue left, in KeyValue right)
    {
        int order = Key(bytes, left).SequenceCompareTo(Key(bytes, right));
        return order != 0 ? order : left.Start.CompareTo(right.Start);
    }

    private static ReadOnlySpan<byte> Key(ReadOnlySpan<byte> bytes, in KeyValue pair) => bytes[pair.KeyStart..pair.KeyEnd];

    /// <summary>The first eight bytes of a key, zeros behind a shorter one, as a number that sorts as they do.</summary>
    private static ulong Beginning(ReadOnlySpan<byte> bytes, int start, int end)
    {
        int length = end - start;
        if (length >= sizeof(ulong))
            return BinaryPrimitives.ReadUInt64BigEndian(bytes[start..]);

        ulong beginning = 0;
        for (int i = 0; i < length; i++)
            beginning |= (ulong)bytes[start + i] << (56 - (8 * i));
        return beginning;
    }

    private struct Entry
    {
        public ulong Beginning;
        public KeyValue Pair;
    }
}
