using System.Numerics;

namespace OrleansLb.Grains.Durability;

/// <summary>Which of a segment's parts are done: one bit each.</summary>
internal sealed class DoneSet(int size)
{
    private const int BitsPerWord = 64;
    private readonly ulong[] _words = new ulong[(size + BitsPerWord - 1) / BitsPerWord];

    public int Size => size;

    public int Count { get; private set; }

    public bool this[int index] => (_words[index / BitsPerWord] >> (index % BitsPerWord) & 1) != 0;

    /// <summary>Marks one; false if it was marked or is none of ours.</summary>
    public bool Add(int index)
    {
        if ((uint)index >= (uint)size || this[index])
            return false;
        _words[index / BitsPerWord] |= 1UL << (index % BitsPerWord);
        Count++;
        return true;
    }

    /// <summary>The first index at or behind <paramref name="start"/> that is, or is not, marked; <see cref="Size"/> if there is none.</summary>
    public int Next(int start, bool marked)
    {
        for (int word = start / BitsPerWord, skip = start % BitsPerWord; word < _words.Length; word++, skip = 0)
        {
            ulong bits = (marked ? _words[word] : ~_words[word]) & (ulong.MaxValue << skip);
            if (bits != 0)
                return Math.Min(size, (word * BitsPerWord) + BitOperations.TrailingZeroCount(bits));
        }

        return size;
    }

    /// <summary>The marked indices as runs.</summary>
    public (int Start, int Length)[] ToRuns()
    {
        var runs = new List<(int, int)>();
        for (int start = Next(0, marked: true); start < size;)
        {
            int end = Next(start, marked: false);
            runs.Add((start, end - start));
            start = end < size ? Next(end, marked: true) : size;
        }

        return [.. runs];
    }
}
