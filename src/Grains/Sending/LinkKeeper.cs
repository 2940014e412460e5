namespace OrleansLb.Grains.Sending;

/// <summary>
/// Gives calls to a backend a link, and puts a fresh one in the place of a link that has gone dead without a word. A dead link shows by its
/// silence while calls wait; asking it by HTTP/2 pings would take more of them than gRPC servers allow (see <see cref="BackendHandler"/>).
/// </summary>
/// <param name="host">Who is dialled.</param>
/// <param name="time">The clock.</param>
internal sealed class LinkKeeper(string host, TimeProvider time) : IDisposable
{
    /// <summary>After so much silence no further call is begun on a link. As long as the default <c>timeout</c>.</summary>
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(5);

    /// <summary>So much silence at least before a call that had no answer in time ends its link; its backend may only be slow.</summary>
    private static readonly TimeSpan LeastSilence = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private BackendLink _current = new(host, time);
    private BackendLink? _former;
    private TimeSpan _patience = LongestSilence;

    /// <summary>A call begins.</summary>
    public BackendLink Enter(out HttpMessageInvoker invoker)
    {
        lock (_gate)
        {
            if (_current.Watch.Silence >= _patience)
                TryReplace();
            invoker = _current.Enter();
            return _current;
        }
    }

    /// <summary>A call had no answer in time.</summary>
    /// <returns>Whether its link worked once and is dead: the next call gets another one, and need not wait for it.</returns>
    public bool FindDead(BackendLink link, TimeSpan timeout)
    {
        lock (_gate)
        {
            var half = timeout / 2;
            if (link == _current && link.Watch.Silence >= (half > LeastSilence ? half : LeastSilence))
                TryReplace();
            return link.IsRetired && link.HasAnswered;
        }
    }

    /// <summary>A call is over.</summary>
    /// <param name="link">Where it was.</param>
    /// <param name="end">How it ended.</param>
    /// <param name="took">How long it took.</param>
    public void Leave(BackendLink link, CallEnd end, TimeSpan took)
    {
        lock (_gate)
        {
            if (end == CallEnd.Answered)
                link.NoteAnswer();

            // given up too soon: this backend is slow, not dead
            if (end == CallEnd.Answered && link.IsRetired && took > _patience)
                _patience = took;
            link.Leave(isSettled: end != CallEnd.Unanswered);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _current.Dispose();
            _former?.Dispose();
        }
    }

    // One that replaces another waits until the calls there are over: a backend that is slow to answer has two connections, not any number.
    private void TryReplace()
    {
        if (_former is { IsBusy: true })
            return;
        _former = _current;
        _current = new BackendLink(host, time);
        _former.Retire();
    }
}

/// <summary>How a call ended.</summary>
internal enum CallEnd : byte
{
    /// <summary>It is known why there will be no answer.</summary>
    Failed,

    /// <summary>Nobody knows: its time was over, or it was given up.</summary>
    Unanswered,

    /// <summary>The backend answered.</summary>
    Answered,
}
