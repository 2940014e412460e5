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

    /// <summary>
    /// Fetches as many bytes as an item mostly has, a few kilobytes ahead; called once for each item. Always the same number of lines: how many the item
    /// has would be a branch that nobody foresees. May reach beyond the bytes, which does no harm.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Of(ReadOnlySpan<byte> bytes, int position) => Of(ref MemoryMarshal.GetReference(bytes), position);

    /// <inheritdoc cref="Of(ReadOnlySpan{byte}, int)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Of(ref byte origin, int position)
    {
        if (!Sse.IsSupported)
            return;
        ref byte ahead = ref Unsafe.Add(ref origin, position + Distance);
        Sse.Prefetch0(Unsafe.AsPointer(ref ahead));
        Sse.Prefetch0(Unsafe.AsPointer(ref Unsafe.Add(ref ahead, Line)));
        Sse.Prefetch0(Unsafe.AsPointer(ref Unsafe.Add(ref ahead, 2 * Line)));
        Sse.Prefetch0(Unsafe.AsPointer(ref Unsafe.Add(ref ahead, 3 * Line)));
        Sse.Prefetch0(Unsafe.AsPointer(ref Unsafe.Add(ref ahead, 4 * Line)));
        Sse.Prefetch0(Unsafe.AsPointer(ref Unsafe.Add(ref ahead, 5 * Line)));
    }
}
