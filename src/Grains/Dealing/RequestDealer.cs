using System.Diagnostics.CodeAnalysis;
using OrleansLb.Grains.Exporting.Messages;
using OrleansLb.Grains.Routing;
using OrleansLb.Otlp;
using OrleansLb.Otlp.Compression;
using OrleansLb.Otlp.Memory;
using OrleansLb.Otlp.Splitting;

namespace OrleansLb.Grains.Dealing;

/// <summary>
/// Deals a request out to ring slots: each part is gathered once into memory of its own, and a request that goes whole to
/// one slot is passed on as it is. Used when a request comes in and again when a queue is dealt out.
/// </summary>
/// <param name="pool">Where the parts' memory comes from.</param>
public sealed class RequestDealer(PayloadPool pool)
{
    /// <summary>Deals a request out.</summary>
    /// <param name="signal">What it exports; <see cref="RequestSplitter.Supports"/> says whether the key fits.</param>
    /// <param name="split">What decides an item's slot.</param>
    /// <param name="payload">The request, as it is or by gzip; the caller keeps its reference.</param>
    /// <param name="compressed">The same request compressed, if it may travel so: sent when the request goes whole to one slot.</param>
    /// <param name="router">A table that is not empty, or what routes by one.</param>
    /// <param name="parts">The parts, for the caller to dispose.</param>
    /// <param name="error">What is wrong with the request, in words for its sender, when the answer is false.</param>
    public bool TryDeal(
        Signal signal,
        in SplitOptions split,
        Payload payload,
        Payload? compressed,
        IKeyRouter router,
        [NotNullWhen(true)] out DealtParts? parts,
        [NotNullWhen(false)] out string? error)
    {
        ArgumentNullException.ThrowIfNull(payload);
        ArgumentNullException.ThrowIfNull(router);
        if (router is RoutingTable { IsEmpty: true })
            throw new ArgumentException("nobody to deal to", nameof(router));

        if (payload.Coding == ContentCoding.Identity)
            return TryDealPlain(signal, split, payload, compressed ?? payload, router, out parts, out error);

        // its receiver has held it against a limit already
        if (GzipDecoder.TryDecode(pool, payload.Message, int.MaxValue, out var plain) is not GzipResult.Ok and var result)
        {
            parts = null;
            error = result == GzipResult.TooLarge ? "the request is too large" : "the request is no valid gzip";
            return false;
        }

        try
        {
            return TryDealPlain(signal, split, plain!, payload, router, out parts, out error);
        }
        finally
        {
            plain!.Release();
        }
    }

    private bool TryDealPlain(
        Signal signal,
        in SplitOptions split,
        Payload plain,
        Payload whole,
        IKeyRouter router,
        [NotNullWhen(true)] out DealtParts? parts,
        [NotNullWhen(false)] out string? error)
    {
        using var plan = SplitPlan.Rent();
        var request = plain.Message.Span;
        if (!RequestSplitter.TrySplit(signal, split, request, router, plan, out var wireError))
        {
            parts = null;
            error = wireError.ToString();
            return false;
        }

        var dealt = DealtParts.Rent();
        dealt.MissingKeyItems = plan.MissingKeyItems;
        dealt.OldItems = plan.OldItems;
        if (plan.IsWhole)
        {
            var part = plan.Part(0);
            dealt.Add(part.Slot, new ExportPart { Signal = signal, ItemCount = part.ItemCount, Payload = whole.Retain(), PlainLength = plain.Length });
        }
        else
        {
            for (int i = 0; i < plan.PartCount; i++)
                Gather(signal, request, plan, i, dealt);
        }

        parts = dealt;
        error = null;
        return true;
    }

    private void Gather(Signal signal, ReadOnlySpan<byte> request, SplitPlan plan, int index, DealtParts dealt)
    {
        var part = plan.Part(index);
        using var buffer = pool.Rent(part.Length);
        plan.CopyPart(index, request, buffer.Message.Span);
        dealt.Add(part.Slot, new ExportPart { Signal = signal, ItemCount = part.ItemCount, Payload = buffer.Seal(part.Length) });
    }
}
