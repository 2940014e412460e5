using OrleansLb.Grains.Exporting.Batching;
using OrleansLb.Grains.Exporting.Messages;
using OrleansLb.Grains.Telemetry;
using OrleansLb.Otlp;

namespace OrleansLb.Grains.Exporting.Queueing;

internal sealed partial class GrainQueue
{
    private readonly BatchFormer? _former = options is { Enabled: true, Batch: { } merging } ? new BatchFormer(pool, merging) : null;
    private readonly BatchLane[] _lanes = options is { Enabled: true, Batch: { } batching }
        ? [.. Enum.GetValues<Signal>().Order().Select(signal => new BatchLane(signal, batching, time))]
        : [];

    private TaskCompletionSource? _flushEnded;
    private bool _isPulling;
    private bool _pullsAgain;

    private void FlushLanes()
    {
        foreach (var lane in _lanes)
            lane.Flush();
    }

    private void DropLanes()
    {
        foreach (var lane in _lanes)
        {
            while (!lane.IsEmpty)
                lane.Take().ForEach(part => Drop(part, DropReason.Shutdown, EnqueueOutcome.Stopping));
        }
    }

    private void AddToBatch(QueuedPart part)
    {
        var lane = _lanes[(int)part.Signal];
        lane.Add(part);
        if (!lane.IsServed)
            _ = Serve(lane);
    }

    // What waits in the store stays there until a batch has room for it.
    private async Task Pull()
    {
        _pullsAgain = _isPulling;
        if (_isPulling)
            return;
        _isPulling = true;
        do
        {
            _pullsAgain = false;
            while (!Array.Exists(_lanes, static lane => lane.IsAbundant) && await TakeStored() is { } part)
                AddToBatch(part);
        }
        while (_pullsAgain);
        _isPulling = false;
    }

    // The one reader of a lane; what it forms is sent by as many flushes as there are consumers.
    private async Task Serve(BatchLane lane)
    {
        lane.IsServed = true;
        while (!lane.IsEmpty && !IsAbandoned)
        {
            if (!IsStopping)
                await lane.WaitUntilReady();
            while (_consumers >= options.Consumers && !IsAbandoned)
                await (_flushEnded ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            if (!IsAbandoned && !lane.IsEmpty)
                await FormBatches(lane);
        }

        lane.IsServed = false;
        owner.EndIfUnneeded();
    }

    private async Task FormBatches(BatchLane lane)
    {
        bool isDue = IsStopping || lane.IsDue;
        var parts = lane.Take().ConvertAll(static part => (part, part.TakeOrigin()));
        if (_log is not null)
            _ = Pull();
        if (parts.Count == 0)
            return;

        // the turn must not wait for the copies; until they are made, the grain holds a consumer's place for them
        _consumers++;
        List<FormedBatch> batches;
        try
        {
            batches = await Task.Run(() => _former!.Form(lane.Signal, parts));
        }
#pragma warning disable CA1031 // a fault of ours must cost these parts at most, and not in silence
        catch (Exception fault)
#pragma warning restore CA1031
        {
            foreach (var (part, _) in parts)
            {
                LogFault(fault, name, part.Items);
                Drop(part, DropReason.Fault, EnqueueOutcome.Failure(fault.Message));
            }

            EndFlush();
            return;
        }

        var first = parts[0].part;
        ShareOrigins(batches, parts);
        foreach (var (part, _) in parts)
            part.Finish();
        for (int i = 0; i < batches.Count; i++)
        {
            var batch = new QueuedPart(lane.Signal, batches[i], first.Slot, first.Since);
            bool isRest = i > 0 && i == batches.Count - 1 && !isDue && !lane.WouldFill(batch);
            if (isRest && !IsAbandoned)
            {
                lane.AddFirst(batch);
                continue;
            }

            while (i > 0 && _consumers >= options.Consumers && !IsAbandoned)
                await (_flushEnded ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            if (i > 0)
                _consumers++;
            _ = SendBatch(batch);
        }
    }

    // Each origin has one share that stands for the first of its pieces.
    private static void ShareOrigins(List<FormedBatch> batches, List<(QueuedPart Part, PartOrigin Origin)> parts)
    {
        var seen = new HashSet<PartOrigin>(parts.Count, ReferenceEqualityComparer.Instance);
        foreach (var batch in batches)
        {
            foreach (var piece in batch.Pieces)
            {
                if (!seen.Add(piece.Origin))
                    piece.Origin.Share();
            }
        }
    }

    private async Task SendBatch(QueuedPart batch)
    {
        await owner.SeeThrough(batch);
        EndFlush();
    }

    /// <summary>The contributions to a batch, each as a part of its own again; the batch is done with. Null if it cannot be read any more.</summary>
    public async Task<QueuedPart[]?> TakeApart(QueuedPart batch)
    {
        var payloads = await Task.Run(() => _former!.TakeApart(batch.Payload, batch.Pieces));
        if (payloads is null)
            return null;
        var pieces = new QueuedPart[payloads.Length];
        for (int i = 0; i < pieces.Length; i++)
            pieces[i] = new QueuedPart(batch.Signal, new FormedBatch(payloads[i], batch.Pieces[i].Items, [batch.Pieces[i]]), batch.Slot, batch.Since);
        batch.Finish();
        return pieces;
    }

    private void EndFlush()
    {
        _consumers--;
        _flushEnded?.TrySetResult();
        _flushEnded = null;
    }
}
