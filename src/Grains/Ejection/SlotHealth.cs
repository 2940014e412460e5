using OrleansLb.Grains.Sending;
using OrleansLb.Otlp.Grpc;

namespace OrleansLb.Grains.Ejection;

/// <summary>Whether the backend of one exporter grain takes anything. Written on the grain's turns, read by whoever reports it.</summary>
internal sealed class SlotHealth(string componentId, int slot, BackendHealth board, TimeProvider time) : IDisposable
{
    private readonly Lock _gate = new();
    private string? _endpoint;
    private long? _failingSince;
    private long _lastAttempt;

    public string ComponentId => componentId;

    /// <summary>Nothing is sent to the backend any more, or only from now on.</summary>
    public void Reset()
    {
        lock (_gate)
            (_endpoint, _failingSince) = (null, null);
    }

    /// <summary>One attempt is over that nobody broke off.</summary>
    /// <param name="endpoint">Whom it was made at.</param>
    /// <param name="began">When it began, as a time stamp.</param>
    /// <param name="outcome">What became of it.</param>
    public void Note(string endpoint, long began, ExportOutcome outcome)
    {
        lock (_gate)
        {
            if (_endpoint != endpoint)
                (_endpoint, _failingSince) = (endpoint, null);
            _lastAttempt = time.GetTimestamp();
            if (IsSilent(outcome))
                _failingSince ??= began;
            else if (!AsksToWait(outcome))
                _failingSince = null;
        }
    }

    /// <summary>The report; null when the backend was not tried for so long that nothing can be said.</summary>
    public SlotHealthReport? Report(TimeSpan window)
    {
        lock (_gate)
        {
            if (_endpoint is null || time.GetElapsedTime(_lastAttempt) > window)
                return null;
            return new SlotHealthReport(slot, _endpoint, _failingSince is { } since ? time.GetElapsedTime(since) : null);
        }
    }

    public void Dispose() => board.Forget(this);

    // Whoever answers with anything else has at least looked at what came: too much at once, or data that it will not have, is no reason to send it to others.
    private static bool IsSilent(ExportOutcome outcome) =>
        outcome is ExportOutcome.Retryable { Code: GrpcStatusCode.Unavailable or GrpcStatusCode.DeadlineExceeded, RetryDelay: null };

    private static bool AsksToWait(ExportOutcome outcome) =>
        outcome is ExportOutcome.Retryable { Code: GrpcStatusCode.Unavailable or GrpcStatusCode.DeadlineExceeded, RetryDelay: not null };
}
