namespace OrleansLb.Grains.Sending;

/// <summary>
/// One set of connections to a backend, of one connection as a rule, with the calls that are under way on it. It is closed when it is retired
/// and the last of them is done. Its keeper's lock guards all of it but the watch.
/// </summary>
internal sealed class BackendLink(string host, TimeProvider time) : IDisposable
{
    private HttpMessageInvoker? _invoker;
    private int _calls;
    private bool _isRetired;

    /// <summary>What its connections have shown.</summary>
    public LinkWatch Watch { get; } = new(host, time);

    /// <summary>Whether a call was ever answered on it.</summary>
    public bool HasAnswered { get; private set; }

    /// <summary>Calls go elsewhere from now on.</summary>
    public bool IsRetired => _isRetired;

    /// <summary>Whether calls are under way.</summary>
    public bool IsBusy => _calls > 0;

    /// <summary>A call begins.</summary>
    public HttpMessageInvoker Enter()
    {
        _calls++;
        Watch.Expect();
        return _invoker ??= new HttpMessageInvoker(BackendHandler.Create(Watch), disposeHandler: true);
    }

    /// <summary>A call has been answered.</summary>
    public void NoteAnswer() => HasAnswered = true;

    /// <summary>A call is over.</summary>
    /// <param name="isSettled">It was answered, or it is known why not: nothing is expected of it any more.</param>
    public void Leave(bool isSettled)
    {
        if (--_calls > 0)
            return;
        if (isSettled)
            Watch.ExpectNothing();
        if (_isRetired)
            Dispose();
    }

    /// <summary>Closes the connections as soon as no call is under way.</summary>
    public void Retire()
    {
        _isRetired = true;
        if (_calls == 0)
            Dispose();
    }

    public void Dispose() => _invoker?.Dispose();
}
