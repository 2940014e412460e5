using System.Runtime.CompilerServices;
using System.Text;
using OrleansLb.Grains.Routing;
using OrleansLb.Otlp.Identity;

namespace OrleansLb.Grains.Membership;

/// <summary>
/// The order in which one backend would take the cells: a random-looking permutation that follows from its endpoint alone. Fixed for ever:
/// replicas of different versions must deal alike.
/// </summary>
/// <remarks>
/// A Feistel network of four rounds over the two halves of a cell's number, whose round function is the SplitMix64 finaliser (Steele, Lea,
/// Flood: Fast splittable pseudorandom number generators, 2014). A permutation, and not a hash for each pair, because then the n-th cell of a
/// backend is known without looking at the others, and no backend has an easier list than another.
/// </remarks>
internal readonly struct CellOrder(string endpoint)
{
    private const int Rounds = 4;
    private const int HalfBits = Partitioning.CellBits / 2;
    private const ulong HalfMask = (1UL << HalfBits) - 1;
    private const ulong Gamma = 0x9E3779B97F4A7C15;

    /// <summary>XXH64 of the endpoint's UTF-8: what the order follows from.</summary>
    public ulong Seed { get; } = XxHash64.Hash(Encoding.UTF8.GetBytes(endpoint));

    /// <summary>The cell that this backend would take after <paramref name="number"/> others.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int At(int number)
    {
        ulong left = (uint)number >> HalfBits, right = (uint)number & HalfMask;
        ulong key = Seed;
        for (int round = 0; round < Rounds; round++)
        {
            key += Gamma;
            (left, right) = (right, left ^ (Mix(key ^ (right << (64 - HalfBits))) & HalfMask));
        }

        return (int)((left << HalfBits) | right);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Mix(ulong bits)
    {
        bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9;
        bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EB;
        return bits ^ (bits >> 31);
    }
}
