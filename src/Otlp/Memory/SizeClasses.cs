using System.Numerics;

namespace OrleansLb.Otlp.Memory;

/// <summary>The lengths that a pool has arrays of: four to each power of two, so that no array is more than a quarter longer than was asked for.</summary>
internal static class SizeClasses
{
    /// <summary>The shortest array.</summary>
    public const int Smallest = 1 << SmallestPower;

    /// <summary>The longest one.</summary>
    public const int Largest = 1 << LargestPower;

    private const int SmallestPower = 8;
    private const int LargestPower = 30;

    /// <summary>How many there are.</summary>
    public const int Count = ((LargestPower - SmallestPower) * 4) + 1;

    /// <summary>The class of the shortest arrays that are long enough; <see cref="Count"/> or more when none is.</summary>
    public static int IndexOf(int length)
    {
        if (length <= Smallest)
            return 0;
        int power = BitOperations.Log2((uint)length - 1);
        return ((power - SmallestPower) * 4) + 1 + (((length - 1) >> (power - 2)) & 3);
    }

    /// <summary>The length of its arrays.</summary>
    public static int LengthOf(int index) => index == 0 ? Smallest : (5 + ((index - 1) & 3)) << (SmallestPower - 2 + ((index - 1) >> 2));
}
