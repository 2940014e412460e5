using System.Runtime.CompilerServices;

namespace OrleansLb.Otlp.Splitting;

/// <summary>
/// The parts of the trace IDs that a request has shown so far, so that the spans of a trace are routed once: they stand near each other
/// but seldom next to each other. A place remembers one ID, the newest; who asks for one that was displaced routes it again.
/// </summary>
internal sealed class TraceParts
{
    // Many more than a request has traces, so that few displace each other; only the places in use reach the caches.
    private const int Places = 2048;

    private readonly Place[] _places = new Place[Places];

    /// <summary>The place of an ID of 16 bytes, and whether it holds the ID's part.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryFind(int request, UInt128 id, out int part)
    {
        ref var place = ref PlaceOf(id);
        part = place.Part;
        return place.Request == request && place.Id == id;
    }

    /// <summary>Remembers the part of an ID.</summary>
    public void Add(int request, UInt128 id, int part) => PlaceOf(id) = new Place { Id = id, Request = request, Part = part };

    /// <summary>Forgets everything.</summary>
    public void Clear() => Array.Clear(_places);

    // The last bytes of an ID are random in all formats.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref Place PlaceOf(UInt128 id) => ref _places[(int)((uint)(id >> 96) % Places)];

    private struct Place
    {
        public UInt128 Id;
        public int Request;
        public int Part;
    }
}
