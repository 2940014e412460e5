using OrleansLb.Otlp.Splitting;
using OrleansLb.Otlp.Wire;

namespace OrleansLb.Otlp.Tests.Splitting;

/// <summary>Splits and copies like the router does, into buffers that show every byte written outside of a part.</summary>
internal static class SplitParts
{
    private const byte Canary = 0xEE;
    private const int Margin = 16;

    public static List<(SplitPart Part, byte[] Bytes)> Of(SplitCase split, byte[] request, HashRouter router)
    {
        Assert.True(TryOf(split, request, router, out var parts, out var error), error.ToString());
        return parts;
    }

    public static bool TryOf(
        SplitCase split, byte[] request, HashRouter router, out List<(SplitPart Part, byte[] Bytes)> parts, out WireError error)
    {
        parts = [];
        using var plan = SplitPlan.Rent();
        if (!RequestSplitter.TrySplit(split.Signal, split.Options(), request, router, plan, out error))
            return false;

        Assert.Equal(plan.PartCount == 1, plan.IsWhole);
        for (int i = 0; i < plan.PartCount; i++)
        {
            var part = plan.Part(i);
            byte[] guarded = new byte[part.Length + (2 * Margin)];
            guarded.AsSpan().Fill(Canary);
            plan.CopyPart(i, request, guarded.AsSpan(Margin));
            Assert.Equal(-1, guarded.AsSpan(0, Margin).IndexOfAnyExcept(Canary));
            Assert.Equal(-1, guarded.AsSpan(Margin + part.Length).IndexOfAnyExcept(Canary));
            parts.Add((part, guarded[Margin..^Margin]));
        }

        return true;
    }
}
