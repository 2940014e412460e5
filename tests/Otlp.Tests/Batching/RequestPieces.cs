using OrleansLb.Otlp.Batching;
using OrleansLb.Otlp.Splitting;
using OrleansLb.Otlp.Wire;

namespace OrleansLb.Otlp.Tests.Batching;

/// <summary>Cuts and copies like a batch does, into buffers that show every byte written outside of a piece.</summary>
internal static class RequestPieces
{
    private const byte Canary = 0xEE;
    private const int Margin = 16;

    public static List<(SplitPart Part, byte[] Bytes)> Of(Signal signal, byte[] request, PieceLimit limit)
    {
        Assert.True(TryOf(signal, request, limit, out var pieces, out var error), error.ToString());
        return pieces;
    }

    public static bool TryOf(
        Signal signal, byte[] request, PieceLimit limit, out List<(SplitPart Part, byte[] Bytes)> pieces, out WireError error)
    {
        pieces = [];
        using var plan = SplitPlan.Rent();
        if (!RequestCutter.TryCut(signal, request, limit, plan, out error))
            return false;

        for (int i = 0; i < plan.PartCount; i++)
        {
            var part = plan.Part(i);
            byte[] guarded = new byte[part.Length + (2 * Margin)];
            guarded.AsSpan().Fill(Canary);
            plan.CopyPart(i, request, guarded.AsSpan(Margin));
            Assert.Equal(-1, guarded.AsSpan(0, Margin).IndexOfAnyExcept(Canary));
            Assert.Equal(-1, guarded.AsSpan(Margin + part.Length).IndexOfAnyExcept(Canary));
            pieces.Add((part, guarded[Margin..^Margin]));
        }

        return true;
    }
}
