namespace OrleansLb.Ingress.Receivers;

/// <summary>A token that is cancelled when the client has gone or its patience is over.</summary>
internal sealed class CallDeadline : IDisposable
{
    // what a timer can wait for; nobody is kept that long
    private static readonly TimeSpan Longest = TimeSpan.FromDays(24);

    private readonly CancellationToken _gone;
    private readonly CancellationTokenSource _source;
    private readonly CancellationTokenRegistration _registration;

    public CallDeadline(TimeSpan patience, TimeProvider time, CancellationToken gone)
    {
        _gone = gone;
        _source = new CancellationTokenSource(patience < Longest ? patience : Longest, time);
        _registration = gone.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), _source);
    }

    public CancellationToken Token => _source.Token;

    /// <summary>Whether the patience is over while the client is still there.</summary>
    public bool HasPassed => _source.IsCancellationRequested && !_gone.IsCancellationRequested;

    public void Dispose()
    {
        _registration.Dispose();
        _source.Dispose();
    }
}
