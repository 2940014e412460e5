using OrleansLb.Grains.Sending;
using OrleansLb.Grains.Telemetry;
using OrleansLb.Otlp;
using OrleansLb.Otlp.Grpc;

namespace OrleansLb.Grains.Exporting;

internal sealed partial class ExporterGrain
{
    private BatchFormer? _former;
    private BatchLane[] _lanes = [];
    private TaskCompletionSource? _flushEnded;
    private bool _isPulling;
    private bool _pullsAgain;

    private void OpenLanes()
    {
        if (_options.Queue is not { Enabled: true, Batch: { } batch })
            return;
        _former = new BatchFormer(pool, batch);
        _lanes = [.. Enum.GetValues<Signal>().Order().Select(signal => new BatchLane(signal, batch, time))];
    }

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
        while (!lane.IsEmpty && !_abandoned.IsCancellationRequested)
        {
            if (!_stopping)
                await lane.WaitUntilReady();
            while (_consumers >= _options.Queue.Consumers && !_abandoned.IsCancellationRequested)
                await (_flushEnded ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            if (!_abandoned.IsCancellationRequested && !lane.IsEmpty)
                await FormBatches(lane);
        }

        lane.IsServed = false;
        EndIfUnneeded();
    }

    private async Task FormBatches(BatchLane lane)
    {
        bool isDue = _stopping || lane.IsDue;
        var parts = lane.Take().ConvertAll(static part => (part, part.TakeOrigin()));
        if (_log is not null)
            _ = Pull();

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
                LogFault(fault, _key, part.Items);
                Drop(part, DropReason.Fault, Failure(fault.Message));
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
            if (isRest && !_abandoned.IsCancellationRequested)
            {
                lane.AddFirst(batch);
                continue;
            }

            while (i > 0 && _consumers >= _options.Queue.Consumers && !_abandoned.IsCancellationRequested)
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
        await SeeThrough(batch);
        EndFlush();
    }

    // Codes that say something about the content, which may be that of one client only.
    private static bool IsWorthSendingApart(QueuedPart batch, GrpcStatusCode code) =>
        batch.Pieces.Length > 1
        && code is GrpcStatusCode.InvalidArgument or GrpcStatusCode.ResourceExhausted or GrpcStatusCode.Internal or GrpcStatusCode.Unknown;

    // What one client has sent must not cost the others their data: each gets one chance of its own.
    private async Task SendApart(QueuedPart batch, string endpoint, ExportOutcome.Permanent refused)
    {
        var payloads = await Task.Run(() => _former!.TakeApart(batch.Payload, batch.Pieces));
        if (payloads is null)
        {
            LogRefused(endpoint, refused.Code, refused.Message, batch.Items);
            Drop(batch, DropReason.Permanent, Rejection($"{refused.Code}: {refused.Message}"));
            return;
        }

        LogSentApart(endpoint, payloads.Length, refused.Code, refused.Message);
        _metrics.BatchUnmerged();
        var pieces = new QueuedPart[payloads.Length];
        for (int i = 0; i < pieces.Length; i++)
            pieces[i] = new QueuedPart(batch.Signal, new FormedBatch(payloads[i], batch.Pieces[i].Items, [batch.Pieces[i]]), batch.Slot, batch.Since);
        batch.Finish();
        foreach (var piece in pieces)
            await SeeThrough(piece);
    }

    private void EndFlush()
    {
        _consumers--;
        _flushEnded?.TrySetResult();
        _flushEnded = null;
    }
}
