namespace OrleansLb.Ingress.HotKeys;

/// <summary>
/// The keys with the most items of a stream, in memory that does not grow: Space-Saving (Metwally, Agrawal, El Abbadi, 2005) with weighted
/// additions. With capacity <i>m</i>, after <i>n</i> items: every key with more than <i>n/m</i> items is kept; what is kept has an
/// estimate that is never below its true number and at most <see cref="HeavyHitter.Error"/> above it; no error exceeds <i>n/m</i>; and who is not kept
/// has at most <see cref="Floor"/> items.
/// </summary>
/// <remarks>Keys are told apart by 64-bit hashes. Not safe for concurrent use.</remarks>
internal sealed class HeavyHitters
{
    /// <summary>Of longer identifiers only the beginning is kept.</summary>
    public const int LongestText = 128;

    private readonly HeavyHitter[] _entries;
    private readonly byte[] _texts;
    private readonly Dictionary<ulong, int> _byHash;

    // indices of entries, the one with the fewest items on top; and where each entry is in it
    private readonly int[] _heap;
    private readonly int[] _places;

    public HeavyHitters(int capacity)
    {
        _entries = new HeavyHitter[capacity];
        _texts = new byte[capacity * LongestText];
        _byHash = new Dictionary<ulong, int>(capacity);
        _heap = new int[capacity];
        _places = new int[capacity];
    }

    /// <summary>How many keys are kept.</summary>
    public int Count { get; private set; }

    /// <summary>The items of all keys, kept or not.</summary>
    public long Total { get; private set; }

    /// <summary>The most items that a key can have that is not kept.</summary>
    public long Floor => Count < _entries.Length ? 0 : _entries[_heap[0]].Items;

    /// <summary>The kept keys, in no order.</summary>
    public ReadOnlySpan<HeavyHitter> Entries => _entries.AsSpan(0, Count);

    /// <summary>The identifier of the entry at an index, or its beginning.</summary>
    public ReadOnlySpan<byte> TextOf(int index) => _texts.AsSpan(index * LongestText, Math.Min(_entries[index].Length, LongestText));

    /// <summary>Adds items of a key.</summary>
    /// <param name="hash">The key's hash.</param>
    /// <param name="identifier">The key, or at least its first <see cref="LongestText"/> bytes.</param>
    /// <param name="length">The length of the whole key.</param>
    /// <param name="slot">Where it goes now.</param>
    /// <param name="backend">Who sits there now.</param>
    /// <param name="items">How many, from 1.</param>
    public void Add(ulong hash, ReadOnlySpan<byte> identifier, int length, int slot, string backend, int items)
    {
        Total += items;
        if (!_byHash.TryGetValue(hash, out int index))
        {
            index = Enter(hash);
            _entries[index].Length = length;
            identifier[..Math.Min(identifier.Length, LongestText)].CopyTo(_texts.AsSpan(index * LongestText));
        }

        ref var entry = ref _entries[index];
        entry.Items += items;
        entry.Slot = slot;
        entry.Backend = backend;
        SiftDown(_places[index]);
    }

    /// <summary>Makes an entry for a new key: a free one, or that of the key with the fewest items.</summary>
    private int Enter(ulong hash)
    {
        int index;
        if (Count < _entries.Length)
        {
            // no other can have fewer items than none: it goes to the top, and what was on its way there moves one down
            index = Count++;
            int place = index;
            for (; place > 0; place = (place - 1) / 2)
                Put(place, _heap[(place - 1) / 2]);
            Put(0, index);
        }
        else
        {
            // the newcomer may have had all the items of the one that it puts out
            index = _heap[0];
            _byHash.Remove(_entries[index].Hash);
            _entries[index].Error = _entries[index].Items;
        }

        _entries[index].Hash = hash;
        _byHash.Add(hash, index);
        return index;
    }

    private void SiftDown(int place)
    {
        int index = _heap[place];
        long items = _entries[index].Items;
        for (int child = (2 * place) + 1; child < Count; child = (2 * place) + 1)
        {
            if (child + 1 < Count && _entries[_heap[child + 1]].Items < _entries[_heap[child]].Items)
                child++;
            if (_entries[_heap[child]].Items >= items)
                break;
            Put(place, _heap[child]);
            place = child;
        }

        Put(place, index);
    }

    private void Put(int place, int index)
    {
        _heap[place] = index;
        _places[index] = place;
    }
}
