using System.IO.Pipelines;

namespace OrleansLb.Ingress.Receivers;

/// <summary>
/// Ends the reading of a body of which nothing comes any more. Go's servers, hence the Collector and Alloy, know no least rate of a body, so that neither do we: what is slow is
/// accepted, what stands still is not waited for without end.
/// </summary>
/// <remarks>
/// One timer for a body that has to be waited for, and none for others: what arrives only notes the time, and the timer looks at that when it is due. A read that it ends comes back
/// with <see cref="ReadResult.IsCanceled"/>.
/// </remarks>
internal sealed class IdleWatch : IDisposable
{
    private readonly Lock _gate = new();
    private readonly PipeReader _reader;
    private readonly IdleLimit _limit;
    private readonly ITimer _timer;
    private long _since;
    private bool _hasEnded;

    public IdleWatch(PipeReader reader, IdleLimit limit)
    {
        (_reader, _limit) = (reader, limit);
        _since = limit.Time.GetTimestamp();
        _timer = limit.Time.CreateTimer(static watch => ((IdleWatch)watch!).Look(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(limit.Patience, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Something came, or is waited for from now on.</summary>
    public void Note() => Volatile.Write(ref _since, _limit.Time.GetTimestamp());

    /// <summary>The body has been read. The server uses the reader again for other requests, whose reads must not be ended.</summary>
    public void Dispose()
    {
        lock (_gate)
            _hasEnded = true;
        _timer.Dispose();
    }

    private void Look()
    {
        lock (_gate)
        {
            if (_hasEnded)
                return;
            var rest = _limit.Patience - _limit.Time.GetElapsedTime(Volatile.Read(ref _since));
            if (rest > TimeSpan.Zero)
                _timer.Change(rest, Timeout.InfiniteTimeSpan);
            else
                _reader.CancelPendingRead();
        }
    }
}
