using System.Runtime.CompilerServices;

namespace OrleansLb.Grains.Handover;

/// <summary>
/// Which keys were seen, in fixed memory: a Bloom filter whose four bits of a key lie in one word, so that a note or a question costs one
/// cache line. It never forgets a key; that it takes one for another is seldom (see <see cref="BitsPerKey"/>). Safe for concurrent use.
/// </summary>
internal sealed class KeyFilter
{
    /// <summary>
    /// A filter is full when it holds one key for so many bits: then one key in 200 that was never seen passes for one that was; of a half-full
    /// filter, one in 1000.
    /// </summary>
    public const int BitsPerKey = 16;

    // one new key in so many is counted, and counts for all of them: notes of other threads would otherwise meet at the counter
    private const int CountedOneIn = 64;

    private readonly ulong[] _words;
    private readonly int _wordsPerPosition;
    private readonly int _shared;
    private readonly long _capacity;
    private long _noted;

    /// <param name="positions">The partitions, or the positions of a Collector ring, that the keys fall into.</param>
    /// <param name="wordsPerPosition">The memory of each, in words of 8 bytes; at most 65,536.</param>
    /// <param name="shared">Where there is not even a word for each: how many positions share one, as a power of two.</param>
    public KeyFilter(int positions, int wordsPerPosition, int shared = 0)
    {
        _words = new ulong[(((positions - 1) >> shared) + 1) * wordsPerPosition];
        _wordsPerPosition = wordsPerPosition;
        _shared = shared;
        _capacity = _words.LongLength * 64 / BitsPerKey;
    }

    /// <summary>Whether it holds as many keys as it may.</summary>
    public bool IsFull => Volatile.Read(ref _noted) >= _capacity;

    /// <summary>Remembers a key.</summary>
    /// <param name="position">Where it falls.</param>
    /// <param name="hash">Its XXH64.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Note(int position, ulong hash)
    {
        ref ulong word = ref _words[WordOf(position, hash)];
        ulong bits = BitsOf(hash);
        if ((Volatile.Read(ref word) & bits) != bits)
            Set(ref word, bits, hash);
    }

    /// <summary>Whether the key was noted, or one that cannot be told from it.</summary>
    public bool MayContain(int position, ulong hash)
    {
        ulong bits = BitsOf(hash);
        return (Volatile.Read(ref _words[WordOf(position, hash)]) & bits) == bits;
    }

    private void Set(ref ulong word, ulong bits, ulong hash)
    {
        Interlocked.Or(ref word, bits);
        if ((hash >> 40) % CountedOneIn == 0)
            Interlocked.Add(ref _noted, CountedOneIn);
    }

    // The top of the hash may have chosen the position already: what is left is the word and four times the number of a bit.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int WordOf(int position, ulong hash) =>
        ((position >> _shared) * _wordsPerPosition) + (int)((uint)(ushort)(hash >> 24) * (uint)_wordsPerPosition >> 16);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong BitsOf(ulong hash) =>
        (1UL << (int)hash) | (1UL << (int)(hash >> 6)) | (1UL << (int)(hash >> 12)) | (1UL << (int)(hash >> 18));
}
