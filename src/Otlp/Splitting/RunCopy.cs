using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace OrleansLb.Otlp.Splitting;

/// <summary>Copies the runs of a part, one behind the other, to where nobody has written for long.</summary>
/// <remarks>
/// A processor that stores to a line first fetches it. Runs are too short for it to see that the next lines come next, and it would wait for each; so lines are fetched a few
/// hundred bytes ahead.
/// </remarks>
internal static class RunCopy
{
    private const int Line = 64;
    private const int HalfLine = Line / 2;
    private const int Distance = 12 * Line;

    /// <summary>Copies all of a run to the beginning of the destination, of which lines beyond the end may be fetched.</summary>
    public static unsafe void Copy(ReadOnlySpan<byte> run, Span<byte> destination)
    {
        if (run.Length < Line || !Sse.IsSupported)
        {
            run.CopyTo(destination);
            return;
        }

        ref byte from = ref MemoryMarshal.GetReference(run);
        ref byte to = ref MemoryMarshal.GetReference(destination[..run.Length]);
        nint last = run.Length - Line;
        for (nint position = 0; position < last; position += Line)
        {
            Sse.Prefetch0(Unsafe.AsPointer(ref Unsafe.Add(ref to, position + Distance)));
            CopyLine(ref from, ref to, position);
        }

        // over some of what has been copied, so that nothing shorter is left
        CopyLine(ref from, ref to, last);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CopyLine(ref byte from, ref byte to, nint position)
    {
        Vector256.LoadUnsafe(ref from, (nuint)position).StoreUnsafe(ref to, (nuint)position);
        Vector256.LoadUnsafe(ref from, (nuint)position + HalfLine).StoreUnsafe(ref to, (nuint)position + HalfLine);
    }
}
