using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace OrleansLb.Otlp.Wire;

/// <summary>
/// Fetches the bytes in front of a walk that jumps from item to item. Where the next item begins stands in the one before, so without
/// this each jump waits for the memory; and requests that arrive side by side push each other out of the near caches.
/// </summary>
internal static class ReadAhead
{
    private const int Line = 64;
    private const int Distance = 4096;

    /// <summary>Fetches up to a few kilobytes from <paramref name="position"/> on, line by line.</summary>
    /// <param name="bytes">What is walked over.</param>
    /// <param name="position">Where the walk is.</param>
    /// <param name="end">Where it ends.</param>
    /// <param name="fetched">How far it was fetched; goes from call to call.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void From(ReadOnlySpan<byte> bytes, int position, int end, ref int fetched)
    {
        if (!Sse.IsSupported)
            return;
        ref byte origin = ref MemoryMarshal.GetReference(bytes);
        int goal = Math.Min(end, position + Distance);
        for (; fetched < goal; fetched += Line)
            Sse.Prefetch0(Unsafe.AsPointer(ref Unsafe.Add(ref origin, fetched)));
    }
}
