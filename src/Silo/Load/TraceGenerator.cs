using OrleansLb.Otlp;

namespace OrleansLb.Silo.Load;

/// <summary>
/// Sends traces to an OTLP/gRPC endpoint and counts exactly what was acknowledged. Cheap enough to share two cores with what it
/// measures: requests are built once, and only their trace IDs are written anew.
/// </summary>
internal sealed class TraceGenerator : IDisposable
{
    // Compressed requests cannot be given new IDs, so each worker takes turns among several.
    private const int CompressedBatchesPerWorker = 8;

    private readonly TraceLoadOptions _options;
    private readonly TimeProvider _time;
    private readonly TraceIds _ids;
    private readonly ExportCall[] _calls;
    private readonly int[] _callOf;
    private readonly TraceBatch[][] _batches;
    private readonly Pace _pace;

    public TraceGenerator(TraceLoadOptions options, TimeProvider time)
    {
        _options = options;
        _time = time;
        _ids = new TraceIds(options.Seed);
        bool compressed = options.Compression == ContentCoding.Gzip;
        if (compressed && options.TraceLifetime > TimeSpan.Zero)
            throw new ArgumentException("compressed requests keep their trace IDs: their traces cannot be interleaved", nameof(options));
        string[] targets = [options.Target, .. options.MoreTargets];
        _calls = [.. Enumerable.Range(0, Math.Max(options.Connections, targets.Length)).Select(i => new ExportCall(targets[i % targets.Length], compressed))];
        _callOf = [.. Enumerable.Range(0, options.Concurrency).Select(worker => worker % _calls.Length)];
        _batches = [.. Enumerable.Range(0, options.Concurrency).Select(worker => BatchesOf(worker, compressed))];
        _pace = new Pace(options.SpansPerSecond / options.SpansPerRequest, time);
    }

    /// <summary>What happened so far.</summary>
    public LoadCounters Counters { get; } = new();

    /// <summary>
    /// Sends until about <paramref name="requests"/> requests are answered or <paramref name="stop"/> is cancelled. Traces that were begun
    /// are sent to their end, and what is on its way is waited for, until <paramref name="abort"/>. May be called again.
    /// </summary>
    public async Task RunAsync(long? requests, CancellationToken stop, CancellationToken abort = default)
    {
        var budget = new RequestBudget(requests ?? long.MaxValue);
        await Task.WhenAll(_batches.Select((_, worker) => Task.Run(() => WorkAsync(worker, budget, stop, abort), CancellationToken.None)))
            .ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var call in _calls)
            call.Dispose();
    }

    private TraceBatch[] BatchesOf(int worker, bool compressed)
    {
        var random = new Random((int)_options.Seed * 1_000_003 + worker);
        return compressed
            ? [.. Enumerable.Range(0, CompressedBatchesPerWorker).Select(_ => TraceBatch.Build(_options, _ids, random).Compressed())]
            : [TraceBatch.Build(_options, _ids, random)];
    }

    private Task WorkAsync(int worker, RequestBudget budget, CancellationToken stop, CancellationToken abort) =>
        _options.TraceLifetime > TimeSpan.Zero && _options.RequestsPerTrace > 1
            ? SendInterleavedAsync(worker, budget, stop, abort)
            : SendInTurnAsync(worker, budget, stop, abort);

    private async Task SendInTurnAsync(int worker, RequestBudget budget, CancellationToken stop, CancellationToken abort)
    {
        var batches = _batches[worker];
        for (int turn = 0; !stop.IsCancellationRequested && budget.TryTake(_options.RequestsPerTrace); turn++)
        {
            var batch = batches[turn % batches.Length];
            ulong first = batch.Stamp(_ids, _options.Services);
            long begun = _time.GetTimestamp();
            foreach (var request in batch.Requests)
                await SendAsync(worker, request, abort).ConfigureAwait(false);
            Counters.Finish(batch.Traces);
            _options.Sent?.Invoke(new TraceRange(first, batch.Traces, begun, _time.GetTimestamp()));
        }
    }

    private async Task SendInterleavedAsync(int worker, RequestBudget budget, CancellationToken stop, CancellationToken abort)
    {
        var batch = _batches[worker][0];
        var pause = _options.TraceLifetime / (_options.RequestsPerTrace - 1);
        var open = new Queue<OpenTraces>();
        bool begins = true;
        for (int turn = 0; begins || open.Count > 0; turn++)
        {
            // with a rate, one request in so many begins traces: so they come evenly and not in waves
            bool mayBegin = turn % _options.RequestsPerTrace == 0 || _options.SpansPerSecond is null;
            bool isDue = open.TryPeek(out var oldest) && _time.GetElapsedTime(oldest.LastSent) >= pause;
            OpenTraces next;
            if (begins && mayBegin && !(isDue && _options.SpansPerSecond is null))
            {
                begins = !stop.IsCancellationRequested && budget.TryTake(_options.RequestsPerTrace);
                if (!begins)
                    continue;
                next = new OpenTraces(_ids.Take(batch.Traces), _time.GetTimestamp(), 0, 0);
            }
            else if (begins && !isDue)
            {
                begins = !stop.IsCancellationRequested && !abort.IsCancellationRequested;
                await _pace.WaitAsync(abort).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                continue;
            }
            else
            {
                next = open.Dequeue();
            }

            await SendAsync(worker, batch.Stamped(next.Sent, _ids, _options.Services, next.First), abort).ConfigureAwait(false);
            next = next with { Sent = next.Sent + 1, LastSent = _time.GetTimestamp() };
            if (next.Sent < batch.Requests.Count)
            {
                open.Enqueue(next);
                continue;
            }

            Counters.Finish(batch.Traces);
            _options.Sent?.Invoke(new TraceRange(next.First, batch.Traces, next.Begun, next.LastSent));
        }
    }

    private async ValueTask SendAsync(int worker, TraceRequest request, CancellationToken abort)
    {
        try
        {
            await _pace.WaitAsync(abort).ConfigureAwait(false);
            long began = _time.GetTimestamp();
            var outcome = await CallAsync(worker, request, abort).ConfigureAwait(false);
            while (outcome.Retryable)
            {
                Counters.Repeat(outcome.ToString());
                await Task.Delay((_options.HeedsRetryInfo ? outcome.RetryAfter : null) ?? _options.RetryDelay, _time, abort).ConfigureAwait(false);
                outcome = await CallAsync(worker, request, abort).ConfigureAwait(false);
            }

            Counters.Wait(_time.GetElapsedTime(began));
            if (outcome.Acknowledged)
                Counters.Acknowledge(request.Spans, request.Frame.Length);
            else
                Counters.Reject(request.Spans, outcome.ToString());
        }
        catch (OperationCanceledException) when (abort.IsCancellationRequested)
        {
            Counters.Reject(request.Spans, "aborted");
        }
    }

    private async ValueTask<ExportOutcome> CallAsync(int worker, TraceRequest request, CancellationToken abort)
    {
        var outcome = await _calls[_callOf[worker]].SendAsync(request.Frame, abort).ConfigureAwait(false);
        if (outcome.Status is null && _options.MoreTargets.Count > 0)
        {
            _callOf[worker] = (_callOf[worker] + 1) % _calls.Length;
            Counters.LeaveUnanswered(request.Spans);
        }

        return outcome;
    }

    /// <param name="First">The number of their first ID.</param>
    /// <param name="Begun">Timestamp before their first request.</param>
    /// <param name="Sent">How many of their requests were answered.</param>
    /// <param name="LastSent">Timestamp after the last of these.</param>
    private readonly record struct OpenTraces(ulong First, long Begun, int Sent, long LastSent);
}
