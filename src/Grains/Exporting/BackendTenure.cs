namespace OrleansLb.Grains.Exporting;

/// <summary>
/// Who sits on a ring slot, as attempts under way see it: once a backend has left, those at it have a while to come back, and are then
/// cancelled. One that hangs at a backend that is gone must not keep its part from the new owner. Used on its grain's turns only.
/// </summary>
/// <param name="grace">What attempts have after the backend left.</param>
/// <param name="time">The clock.</param>
internal sealed class BackendTenure(TimeSpan grace, TimeProvider time) : IDisposable
{
    private readonly List<CancellationTokenSource> _departed = [];
    private CancellationTokenSource? _current;

    /// <summary>The <c>host:port</c> of the backend, or null while nobody sits there.</summary>
    public string? Endpoint { get; private set; }

    /// <summary>Ends the attempts at the backend that sits there now when it has been gone for the grace.</summary>
    public CancellationToken Token => _current?.Token ?? CancellationToken.None;

    /// <summary>This one sits there from now on.</summary>
    public void Change(string? endpoint)
    {
        if (endpoint == Endpoint)
            return;
        Endpoint = endpoint;
        if (_current is { } leaving)
        {
            leaving.CancelAfter(grace);
            _departed.Add(leaving);
        }

        _departed.RemoveAll(static departed =>
        {
            bool over = departed.IsCancellationRequested;
            if (over)
                departed.Dispose();
            return over;
        });
        _current = endpoint is null ? null : new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
    }

    /// <summary>Cancels every attempt at once.</summary>
    public void Abandon()
    {
        _current?.Cancel();
        foreach (var departed in _departed)
            departed.Cancel();
    }

    public void Dispose()
    {
        _current?.Dispose();
        foreach (var departed in _departed)
            departed.Dispose();
    }
}
