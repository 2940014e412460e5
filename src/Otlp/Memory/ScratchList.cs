using System.Runtime.CompilerServices;

namespace OrleansLb.Otlp.Memory;

/// <summary>A list that keeps its array from one use to the next and hands out references.</summary>
internal struct ScratchList<T>
    where T : unmanaged
{
    private T[] _items;

    public ScratchList(int capacity) => _items = new T[capacity];

    public int Count { get; private set; }

    public readonly int Capacity => _items.Length;

    public readonly ref T this[int index] => ref _items[index];

    /// <summary>Appends an entry, whose old content the caller overwrites.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref T Add()
    {
        if (Count == _items.Length)
            Array.Resize(ref _items, Count * 2);
        return ref _items[Count++];
    }

    public void Clear() => Count = 0;

    /// <summary>Forgets the entries from <paramref name="count"/> on.</summary>
    public void Truncate(int count) => Count = count;

    /// <summary>The entries from <paramref name="start"/> on; not to be used across an <see cref="Add"/>.</summary>
    public readonly Span<T> From(int start) => _items.AsSpan(start, Count - start);
}
