using OrleansLb.Grains.Exporting.Batching;
using OrleansLb.Grains.Options;
using OrleansLb.Otlp.Batching;

namespace OrleansLb.Grains.Exporting.Queueing;

internal sealed partial class GrainQueue
{
    /// <summary>
    /// Cuts a part at item borders; the part is done with, and its pieces have its shares of the origins. A batch is taken apart first, and what
    /// fits together is merged again.
    /// </summary>
    /// <param name="part">What is too large.</param>
    /// <param name="limit">The most that a piece may have, in bytes; only a single item that is larger makes a larger one.</param>
    /// <returns>At least one piece; null if the part cannot be read.</returns>
    public async Task<QueuedPart[]?> CutTo(QueuedPart part, int limit)
    {
        if (part.Pieces.Length <= 1)
            return await CutOne(part, limit);
        if (await TakeApart(part) is not { } contributions)
            return null;

        var pieces = new List<QueuedPart>();
        var group = new List<QueuedPart>();
        int size = 0;
        foreach (var contribution in contributions)
        {
            if (size + (long)contribution.PlainLength > limit)
                await EndGroup();
            group.Add(contribution);
            size += contribution.PlainLength;
        }

        await EndGroup();
        return [.. pieces];

        async Task EndGroup()
        {
            if (group.Count > 0)
                pieces.AddRange(await FormWithin(group, limit));
            group.Clear();
            size = 0;
        }
    }

    /// <summary>The pieces of a part that nobody accepted: it stays as it is, and they have no origin but themselves.</summary>
    public async Task<QueuedPart[]> CopyCut(QueuedPart part, int limit)
    {
        var formed = await Form(part.Signal, [(part, new PartOrigin())], limit);
        return [.. formed.Select(piece => new QueuedPart(part.Signal, piece, part.Slot, part.Since) { Origins = [], CutTo = limit }.For(part))];
    }

    // A part that was dealt out of a batch has several origins, which are done when all of its pieces are.
    private async Task<QueuedPart[]> CutOne(QueuedPart part, int limit)
    {
        var origin = part.TakeOrigin();
        var formed = await Form(part.Signal, [(part, origin)], limit);
        var pieces = new QueuedPart[formed.Count];
        for (int i = 0; i < pieces.Length; i++)
        {
            pieces[i] = new QueuedPart(part.Signal, formed[i], part.Slot, part.Since)
            {
                Origins = i == 0 ? part.Origins : part.ShareOrigins(),
                CutTo = limit,
                BypassesOwner = part.BypassesOwner,
            }.For(part);
        }

        part.Finish();
        return pieces;
    }

    // Either parts that fit together, or a single one that is too large.
    private async Task<QueuedPart[]> FormWithin(List<QueuedPart> parts, int limit)
    {
        if (parts.Count == 1)
            return await CutOne(parts[0], limit);
        var entries = parts.ConvertAll(static part => (part, part.TakeOrigin()));
        List<FormedBatch> formed;
        try
        {
            formed = await Form(parts[0].Signal, entries, limit);
        }
#pragma warning disable CA1031 // a fault of ours: they go as they are, one by one
        catch (Exception fault)
#pragma warning restore CA1031
        {
            LogFault(fault, name, parts.Sum(static part => part.Items));
            return [.. parts];
        }

        ShareOrigins(formed, entries);
        foreach (var part in parts)
            part.Finish();
        return [.. formed.Select(batch => new QueuedPart(parts[0].Signal, batch, parts[0].Slot, parts[0].Since) { CutTo = limit })];
    }

    private Task<List<FormedBatch>> Form(Otlp.Signal signal, IReadOnlyList<(QueuedPart Part, PartOrigin Origin)> parts, int limit) => Task.Run(
        () => new BatchFormer(pool, new BatchOptions { MaxSize = limit, Sizer = ItemSizer.Bytes }).Form(signal, parts));
}
