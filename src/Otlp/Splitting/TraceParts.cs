using System.Runtime.CompilerServices;

namespace OrleansLb.Otlp.Splitting;

/// <summary>
/// The parts of the trace IDs that a request has shown so far, so that the spans of a trace are routed once: they stand near each other
/// but seldom next to each other. A place remembers one ID, the newest; who asks for one that was displaced routes it again.
/// </summary>
/// <remarks>
/// From one request to the next the near caches forget all this, and each line of memory that is touched is waited for. Hence the IDs stand
/// close together, in the order of their coming, and the places hold their numbers, so few bytes that they are cleared for every request.
/// </remarks>
internal sealed class TraceParts
{
    // Many more than a request has traces, so that few displace each other.
    private const int Places = 1024;
    private const int UsualTraces = 128;

    // The entry of each place; zero is the one that nothing matches.
    private readonly ushort[] _numbers = new ushort[Places];
    private Entry[] _entries = new Entry[UsualTraces];
    private int _count;

    /// <summary>Forgets the request before.</summary>
    public void Clear()
    {
        if (_count == 0)
            return;
        Array.Clear(_numbers);
        _count = 0;
    }

    /// <summary>Whether the part of an ID is remembered, and which it is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryFind(UInt128 id, out int part)
    {
        int number = _numbers[PlaceOf(id)];
        ref var entry = ref _entries[number];
        part = entry.Part;
        return number != 0 && entry.Id == id;
    }

    /// <summary>Remembers the part of an ID.</summary>
    public void Add(UInt128 id, int part)
    {
        ref ushort number = ref _numbers[PlaceOf(id)];
        if (number == 0)
        {
            number = (ushort)++_count;
            if (_count == _entries.Length)
                Array.Resize(ref _entries, Math.Min(2 * _count, Places + 1));
        }

        _entries[number] = new Entry { Id = id, Part = part };
    }

    // The last bytes of an ID are random in all formats.
    private static int PlaceOf(UInt128 id) => (int)((uint)(id >> 96) % Places);

    private struct Entry
    {
        public UInt128 Id;
        public int Part;
    }
}
