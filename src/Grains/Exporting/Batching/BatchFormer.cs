using OrleansLb.Grains.Exporting.Queueing;
using OrleansLb.Grains.Options;
using OrleansLb.Otlp;
using OrleansLb.Otlp.Batching;
using OrleansLb.Otlp.Compression;
using OrleansLb.Otlp.Memory;
using OrleansLb.Otlp.Splitting;

namespace OrleansLb.Grains.Exporting.Batching;

/// <summary>
/// Merges parts into batches and cuts what is too large, in wire form: each byte is copied once. Touches nothing that belongs to a
/// grain's turn.
/// </summary>
internal sealed class BatchFormer(PayloadPool pool, BatchOptions options)
{
    /// <summary>
    /// Makes batches of parts of one signal: all but the last one fit together into one batch, and the last one is cut where it does not. The parts
    /// keep their payloads.
    /// </summary>
    /// <returns>The batches in the order of the items; each origin is as yet shared by one piece, however many it has.</returns>
    public List<FormedBatch> Form(Signal signal, IReadOnlyList<(QueuedPart Part, PartOrigin Origin)> parts)
    {
        var plain = new Payload[parts.Count];
        int decoded = 0;
        try
        {
            for (; decoded < plain.Length; decoded++)
            {
                if (Plain(parts[decoded].Part.Payload) is not { } payload)
                    return [.. parts.Select(static entry => Whole(entry.Part, entry.Origin))];
                plain[decoded] = payload;
            }

            int last = plain.Length - 1;
            int size = 0;
            for (int i = 0; i < last; i++)
                size += SizeOf(parts[i].Part, plain[i]);
            if (options.MaxSize == 0 || (long)size + SizeOf(parts[last].Part, plain[last]) <= options.MaxSize)
                return [last == 0 ? Whole(parts[0].Part, parts[0].Origin) : Merge(parts, plain, plain.Length, default, null)];
            return Cut(signal, parts, plain, size);
        }
        finally
        {
            for (int i = 0; i < decoded; i++)
                plain[i].Release();
        }
    }

    /// <summary>The contributions to a batch as requests of their own again.</summary>
    /// <returns>Payloads in the order of the pieces; null if the batch cannot be read any more.</returns>
    public Payload[]? TakeApart(Payload batch, IReadOnlyList<BatchPiece> pieces)
    {
        if (Plain(batch) is not { } plain)
            return null;
        try
        {
            var payloads = new Payload[pieces.Count];
            int position = 0;
            for (int i = 0; i < payloads.Length; i++)
            {
                using var buffer = pool.Rent(pieces[i].Length);
                plain.Message.Slice(position, pieces[i].Length).CopyTo(buffer.Message);
                payloads[i] = buffer.Seal(pieces[i].Length);
                position += pieces[i].Length;
            }

            return payloads;
        }
        finally
        {
            plain.Release();
        }
    }

    private List<FormedBatch> Cut(Signal signal, IReadOnlyList<(QueuedPart Part, PartOrigin Origin)> parts, Payload[] plain, int taken)
    {
        int last = plain.Length - 1;
        var request = plain[last];
        using var plan = SplitPlan.Rent();
        if (!RequestCutter.TryCut(signal, request.Message.Span, new PieceLimit(options.Sizer, options.MaxSize, taken), plan, out _))
        {
            // whatever is in it, its backend shall say so, and of it alone
            var whole = Whole(parts[last].Part, parts[last].Origin);
            return last == 0 ? [whole] : [Merge(parts, plain, last, default, null), whole];
        }

        var batches = new List<FormedBatch>(plan.PartCount + 1);
        int next = 0;
        if (last > 0)
        {
            bool joins = plan.PartCount > 0 && plan.Part(0).Slot == 0;
            batches.Add(Merge(parts, plain, last, request.Message.Span, joins ? plan : null));
            next = joins ? 1 : 0;
        }

        for (; next < plan.PartCount; next++)
        {
            var piece = plan.Part(next);
            using var buffer = pool.Rent(piece.Length);
            plan.CopyPart(next, request.Message.Span, buffer.Message.Span);
            batches.Add(new FormedBatch(buffer.Seal(piece.Length), piece.ItemCount, [new BatchPiece(parts[last].Origin, piece.ItemCount, piece.Length)]));
        }

        return batches;
    }

    /// <summary>The first parts whole, and behind them, if there is a plan, the first piece of the next one.</summary>
    private FormedBatch Merge(
        IReadOnlyList<(QueuedPart Part, PartOrigin Origin)> parts, Payload[] plain, int whole, ReadOnlySpan<byte> request, SplitPlan? plan)
    {
        var first = plan?.Part(0);
        int length = first?.Length ?? 0;
        for (int i = 0; i < whole; i++)
            length = checked(length + plain[i].Length);

        using var buffer = pool.Rent(length);
        var pieces = new BatchPiece[whole + (plan is null ? 0 : 1)];
        int position = 0;
        int items = 0;
        for (int i = 0; i < whole; i++)
        {
            plain[i].Message.CopyTo(buffer.Message[position..]);
            pieces[i] = new BatchPiece(parts[i].Origin, parts[i].Part.Items, plain[i].Length);
            position += plain[i].Length;
            items += parts[i].Part.Items;
        }

        if (plan is not null)
        {
            plan.CopyPart(0, request, buffer.Message.Span[position..]);
            pieces[whole] = new BatchPiece(parts[whole].Origin, first!.Value.ItemCount, first.Value.Length);
            items += first.Value.ItemCount;
        }

        return new FormedBatch(buffer.Seal(length), items, pieces);
    }

    private static FormedBatch Whole(QueuedPart part, PartOrigin origin) =>
        new(part.Payload.Retain(), part.Items, [new BatchPiece(origin, part.Items, part.PlainLength)]);

    private int SizeOf(QueuedPart part, Payload plain) => options.Sizer == ItemSizer.Bytes ? plain.Length : part.Items;

    /// <summary>One more reference to the payload, or its content uncompressed; null when that is impossible.</summary>
    private Payload? Plain(Payload payload)
    {
        if (payload.Coding == ContentCoding.Identity)
            return payload.Retain();
        return GzipDecoder.TryDecode(pool, payload.Message, int.MaxValue, out var plain) == GzipResult.Ok ? plain : null;
    }
}
