using OrleansLb.Grains.Exporting.Messages;
using OrleansLb.Grains.Exporting.Queueing;
using OrleansLb.Grains.Sending;
using OrleansLb.Grains.Telemetry;
using OrleansLb.Otlp;
using OrleansLb.Otlp.Compression;
using OrleansLb.Otlp.Grpc;
using OrleansLb.Otlp.Memory;

namespace OrleansLb.Grains.Exporting;

internal sealed partial class ExporterGrain
{
    // Whatever happens to one part, the consumer goes on with the next.
    /// <inheritdoc/>
    public async Task SeeThrough(QueuedPart part)
    {
        try
        {
            while (!_queue.IsAbandoned)
            {
                if (part.IsWithdrawn)
                {
                    _queue.Withdraw(part);
                    return;
                }

                if (part.HasExpired(time))
                {
                    _queue.Drop(part, DropReason.RetriesExhausted, EnqueueOutcome.Failure("the caller's time was over before the part was sent"));
                    return;
                }

                if (part.Slot != _key.Slot && !part.BypassesOwner)
                {
                    if (await TryHandOver(part))
                        return;
                    continue;
                }

                if (BackendFor(part) is not { } endpoint)
                {
                    if (await TryDealOut(part))
                        return;
                    continue;
                }

                if (part.IsRefused)
                {
                    _queue.Finish(part);
                    return;
                }

                if (await _queue.TryPassOn(part) || await TrySendCut(part, endpoint))
                    return;

                var outcome = await Attempt(part, endpoint, Shorter(_options.Timeout, part.PatienceLeft(time)));
                if (LearnLimit(part, endpoint, outcome) && await TrySendCut(part, endpoint))
                    return;

                switch (outcome)
                {
                    case ExportOutcome.Delivered or ExportOutcome.PartiallyRejected:
                        _queue.Finish(part);
                        return;
                    case ExportOutcome.Permanent refused when IsWorthSendingApart(part, refused.Code):
                        await SendApart(part, endpoint, refused);
                        return;
                    case ExportOutcome.Permanent refused:
                        LogRefused(endpoint, refused.Code, refused.Message, part.Items);
                        _queue.Drop(part, DropReason.Permanent, EnqueueOutcome.Rejection($"{refused.Code}: {refused.Message}"));
                        return;
                    case ExportOutcome.Retryable when part.IsRefused:
                        _queue.Finish(part);
                        return;
                    case ExportOutcome.Retryable when part.IsWithdrawn:
                        break;
                    case ExportOutcome.Retryable failed when BackendFor(part) == endpoint:
                        if (part.NextRetry(failed.RetryDelay, time) is not { } delay)
                        {
                            LogExhausted(endpoint, failed.Code, failed.Message, part.Items);
                            _queue.Drop(part, DropReason.RetriesExhausted, EnqueueOutcome.Failure($"{failed.Code}: {failed.Message}"));
                            return;
                        }

                        if (!failed.IsLinkLost && (part.StaysHere || !_queue.IsMoving))
                            await WaitToRetry(part, endpoint, delay);
                        break;
                }
            }

            _queue.Drop(part, DropReason.Shutdown, EnqueueOutcome.Stopping);
        }
#pragma warning disable CA1031 // a fault of ours must cost one part at most, and not in silence
        catch (Exception fault)
#pragma warning restore CA1031
        {
            LogFault(fault, _key, part.Items);
            if (!part.IsFinished)
                _queue.Drop(part, DropReason.Fault, EnqueueOutcome.Failure(fault.Message));
        }
    }

    // Null when the part must be dealt out: also when somebody has taken the seat after it was vacant, since its keys have new owners.
    private string? BackendFor(QueuedPart part) => _watch.SinceOf(part.Slot) == part.Since ? _watch.EndpointOf(part.Slot) : null;

    // Another backend on the seat ends the wait, and so does the beginning of a drain.
    private Task WaitToRetry(QueuedPart part, string endpoint, TimeSpan delay)
    {
        bool stopping = _queue.IsStopping;
        return _watch.Wait(
            delay,
            () => _queue.IsAbandoned || _queue.IsStopping != stopping || part.IsRefused || part.IsWithdrawn || BackendFor(part) != endpoint,
            part.CallerGone);
    }

    /// <summary>One attempt; null when the time for draining was over first.</summary>
    private async Task<ExportOutcome?> Attempt(QueuedPart part, string endpoint, TimeSpan timeout)
    {
        if (part.BeginAttempt(endpoint, _options.Retry, time))
            _metrics.Retried();
        using var client = clients.Rent(endpoint, _options.Client);
        var gone = EndOf(part, endpoint);
        using var either = part.CallerGone.CanBeCanceled ? CancellationTokenSource.CreateLinkedTokenSource(gone, part.CallerGone) : null;
        gone = either?.Token ?? gone;
        long began = time.GetTimestamp();
        ExportOutcome outcome;
        try
        {
            // What is left to do before the first await of an export is small: only compressing is worth a way off the turn.
            bool encodes = _options.Client.Compression == ContentCoding.Gzip && part.Payload.Coding == ContentCoding.Identity;
            outcome = await (encodes ? EncodeAndExport(part, client, timeout, gone) : client.Export(part.Signal, part.Payload, timeout, gone));
        }
        catch (OperationCanceledException) when (_queue.IsAbandoned)
        {
            return null;
        }
        catch (OperationCanceledException) when (part.IsWithdrawn)
        {
            // says nothing of the backend
            return new ExportOutcome.Retryable(GrpcStatusCode.Cancelled, EnqueueOutcome.Cancelled.Message!);
        }
        catch (OperationCanceledException) when (gone.IsCancellationRequested)
        {
            _metrics.Attempted(endpoint, time.GetElapsedTime(began), success: false);
            return new ExportOutcome.Retryable(GrpcStatusCode.Unavailable, "the backend has left and did not answer");
        }

        _metrics.Attempted(endpoint, time.GetElapsedTime(began), outcome.IsSuccess);
        if (outcome.IsSuccess)
            _metrics.Sent(part.Signal, part.Items);
        Note(endpoint, outcome, part.Items);

        // a caller with little time says nothing of the backend
        bool isCutShort = outcome is ExportOutcome.Retryable { Code: GrpcStatusCode.DeadlineExceeded } && timeout != _options.Timeout;
        if (part.Slot == _key.Slot && endpoint == _tenure.Endpoint && !isCutShort)
            _health.Note(endpoint, began, outcome);
        return outcome;
    }

    // Ends an attempt when its backend has been gone from this seat for too long, or the time for draining is over.
    private CancellationToken EndOf(QueuedPart part, string endpoint)
    {
        if (part.Slot != _key.Slot)
            return _queue.Abandoned;

        // a table that is newer than the last one that was followed may name another backend
        if (_tenure.Endpoint != endpoint)
            AdoptBackend();
        return _tenure.Endpoint == endpoint ? _tenure.Token : _queue.Abandoned;
    }

    private Task<ExportOutcome> EncodeAndExport(QueuedPart part, IOtlpClient client, TimeSpan timeout, CancellationToken gone) => Task.Run(
        () =>
        {
            part.Recode(GzipEncoder.Encode(pool, part.Payload.Message.Span));
            return client.Export(part.Signal, part.Payload, timeout, gone);
        },
        CancellationToken.None);

    private Task<ExportPart> Encode(ExportPart part) => Task.Run(() =>
    {
        var plain = part.Payload;
        try
        {
            return part with { Payload = GzipEncoder.Encode(pool, plain.Message.Span), PlainLength = plain.Length };
        }
        finally
        {
            plain.Release();
        }
    });

    // One line when a backend starts to fail and one when it recovers, not one per request.
    private void Note(string endpoint, ExportOutcome outcome, int items)
    {
        if (outcome is ExportOutcome.Retryable failed)
        {
            if (!_failing)
                LogFailing(endpoint, failed.Code, failed.Message);
            _failing = true;
            return;
        }

        if (_failing)
            LogRecovered(endpoint);
        _failing = false;
        if (outcome is ExportOutcome.PartiallyRejected partial)
        {
            _metrics.PartiallyRejected(partial.Items);
            LogPartialSuccess(endpoint, partial.Items, items, partial.Message);
        }
    }

    // Codes that say something about the content, which may be that of one client only.
    private static bool IsWorthSendingApart(QueuedPart batch, GrpcStatusCode code) =>
        batch.Pieces.Length > 1
        && code is GrpcStatusCode.InvalidArgument or GrpcStatusCode.ResourceExhausted or GrpcStatusCode.Internal or GrpcStatusCode.Unknown;

    // What one client has sent must not cost the others their data: each gets one chance of its own.
    private async Task SendApart(QueuedPart batch, string endpoint, ExportOutcome.Permanent refused)
    {
        if (await _queue.TakeApart(batch) is not { } pieces)
        {
            LogRefused(endpoint, refused.Code, refused.Message, batch.Items);
            _queue.Drop(batch, DropReason.Permanent, EnqueueOutcome.Rejection($"{refused.Code}: {refused.Message}"));
            return;
        }

        LogSentApart(endpoint, pieces.Length, refused.Code, refused.Message);
        _metrics.BatchUnmerged();
        foreach (var piece in pieces)
            await SeeThrough(piece);
    }
}
