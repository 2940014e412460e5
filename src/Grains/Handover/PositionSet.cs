using System.Numerics;

namespace OrleansLb.Grains.Handover;

/// <summary>A set of partitions, or of positions of a Collector ring: one bit each.</summary>
internal sealed class PositionSet
{
    private readonly ulong[] _bits;

    /// <summary>An empty set of numbers below <paramref name="positions"/>.</summary>
    public PositionSet(int positions) => _bits = new ulong[(positions + 63) / 64];

    private PositionSet(ulong[] bits) => _bits = bits;

    public int Count
    {
        get
        {
            int count = 0;
            foreach (ulong word in _bits)
                count += BitOperations.PopCount(word);
            return count;
        }
    }

    public bool Contains(int position) => (_bits[position >> 6] >> position & 1) != 0;

    public void Add(int position) => _bits[position >> 6] |= 1UL << position;

    public void Remove(int position) => _bits[position >> 6] &= ~(1UL << position);

    public PositionSet Clone() => new([.. _bits]);

    /// <summary>The smallest member from <paramref name="position"/> on, or -1. What was asked for may be removed while going on.</summary>
    public int Next(int position)
    {
        int word = position >> 6;
        if (word >= _bits.Length)
            return -1;
        ulong rest = _bits[word] & (ulong.MaxValue << position);
        while (rest == 0)
        {
            if (++word == _bits.Length)
                return -1;
            rest = _bits[word];
        }

        return (word << 6) + BitOperations.TrailingZeroCount(rest);
    }
}
