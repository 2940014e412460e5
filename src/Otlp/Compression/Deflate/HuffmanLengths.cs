namespace OrleansLb.Otlp.Compression.Deflate;

/// <summary>Finds the code lengths of an optimal prefix code, or of a good one where no code may be longer than a limit.</summary>
/// <remarks>
/// Moffat and Katajainen, <i>In-place calculation of minimum-redundancy codes</i> (1995), over counts in ascending order. Codes that come out too long are cut,
/// and shorter ones lengthened until the code is complete again.
/// </remarks>
internal sealed class HuffmanLengths
{
    private const int SymbolBits = 9;
    private const int RadixBits = 8;
    private const int FewSymbols = 32;

    private uint[] _keys = new uint[DeflateFormat.LiteralSymbols];
    private uint[] _spare = new uint[DeflateFormat.LiteralSymbols];
    private readonly int[] _work = new int[DeflateFormat.LiteralSymbols];
    private readonly int[] _radix = new int[1 << RadixBits];

    /// <summary>Computes the lengths of all symbols; 0 for those that do not occur.</summary>
    /// <param name="counts">How often each symbol occurs; less than 2^23 each.</param>
    /// <param name="lengths">Gets a length for each count.</param>
    /// <param name="limit">Longest code; codes of this length must suffice for all symbols.</param>
    /// <remarks>At least two symbols get a code, so that the code is always complete (the sum of 2^-length is 1).</remarks>
    public void Build(ReadOnlySpan<int> counts, Span<byte> lengths, int limit)
    {
        lengths.Clear();
        int used = Sort(counts);
        if (used < 2)
        {
            // decoders differ on codes of one symbol or none
            int only = used == 0 ? 0 : Symbol(_keys[0]);
            lengths[only] = lengths[only == 0 ? 1 : 0] = 1;
            return;
        }

        FindDepths(used);
        Span<int> ofLength = stackalloc int[DeflateFormat.LongestCode + 1];
        ofLength.Clear();
        foreach (int depth in _work.AsSpan(0, used))
            ofLength[Math.Min(depth, limit)]++;
        Complete(ofLength, limit);

        // the rarest symbols come first and get the longest codes
        int next = 0;
        for (int length = limit; length > 0; length--)
        {
            for (int left = ofLength[length]; left > 0; left--)
                lengths[Symbol(_keys[next++])] = (byte)length;
        }
    }

    private static int Symbol(uint key) => (int)(key & ((1 << SymbolBits) - 1));

    private static void Complete(Span<int> ofLength, int limit)
    {
        int sum = 0;
        for (int length = 1; length <= limit; length++)
            sum += ofLength[length] << (limit - length);

        // one code of the longest moves up beside a shorter one, which becomes one bit longer: the sum falls by one unit
        for (; sum > 1 << limit; sum--)
        {
            int shorter = limit - 1;
            while (ofLength[shorter] == 0)
                shorter--;
            ofLength[shorter]--;
            ofLength[shorter + 1] += 2;
            ofLength[limit]--;
        }
    }

    // Keys of count and symbol of what occurs, ascending by count and, for equal counts, by symbol.
    private int Sort(ReadOnlySpan<int> counts)
    {
        int used = 0;
        uint highest = 0;
        for (int symbol = 0; symbol < counts.Length; symbol++)
        {
            if (counts[symbol] == 0)
                continue;
            _keys[used++] = ((uint)counts[symbol] << SymbolBits) | (uint)symbol;
            highest |= (uint)counts[symbol];
        }

        if (used <= FewSymbols)
        {
            SortFew(_keys.AsSpan(0, used));
            return used;
        }

        for (int shift = SymbolBits; highest != 0; shift += RadixBits, highest >>= RadixBits)
            SortByDigit(used, shift);
        return used;
    }

    private static void SortFew(Span<uint> keys)
    {
        for (int end = 1; end < keys.Length; end++)
        {
            uint key = keys[end];
            int at = end;
            for (; at > 0 && keys[at - 1] > key; at--)
                keys[at] = keys[at - 1];
            keys[at] = key;
        }
    }

    private void SortByDigit(int used, int shift)
    {
        Span<int> places = _radix;
        places.Clear();
        foreach (uint key in _keys.AsSpan(0, used))
            places[(byte)(key >> shift)]++;
        int sum = 0;
        foreach (ref int place in places)
            (place, sum) = (sum, sum + place);
        foreach (uint key in _keys.AsSpan(0, used))
            _spare[places[(byte)(key >> shift)]++] = key;
        (_keys, _spare) = (_spare, _keys);
    }

    // Leaves the depth of each leaf, in the order of the keys, in the work array.
    private void FindDepths(int used)
    {
        Span<int> work = _work.AsSpan(0, used);
        for (int i = 0; i < used; i++)
            work[i] = (int)(_keys[i] >> SymbolBits);

        // weights of inner nodes replace those of the leaves used up; then parents replace the weights
        int leaf = 0, root = 0;
        for (int next = 0; next < used - 1; next++)
        {
            int weight = 0;
            for (int child = 0; child < 2; child++)
            {
                if (leaf >= used || (root < next && work[root] < work[leaf]))
                {
                    weight += work[root];
                    work[root++] = next;
                }
                else
                {
                    weight += work[leaf++];
                }
            }

            work[next] = weight;
        }

        // depths of inner nodes, from the root down
        work[used - 2] = 0;
        for (int next = used - 3; next >= 0; next--)
            work[next] = work[work[next]] + 1;

        // depths of leaves: at each depth, what the inner nodes do not take
        int available = 1, depth = 0, inner = used - 2, last = used - 1;
        while (available > 0)
        {
            int taken = 0;
            while (inner >= 0 && work[inner] == depth)
            {
                taken++;
                inner--;
            }

            for (; available > taken; available--)
                work[last--] = depth;
            available = 2 * taken;
            depth++;
        }
    }
}
