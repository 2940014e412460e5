namespace OrleansLb.Silo.Load;

/// <summary>What a generator has done so far; may be read at any time.</summary>
internal sealed class LoadCounters
{
    private long _spans;
    private long _requests;
    private long _traces;
    private long _retries;
    private long _rejectedSpans;
    private long _bytes;
    private long _unanswered;
    private long _longestWait;

    /// <summary>Spans that were acknowledged.</summary>
    public long Spans => Volatile.Read(ref _spans);

    /// <summary>Requests that were acknowledged.</summary>
    public long Requests => Volatile.Read(ref _requests);

    /// <summary>Traces all of whose requests were answered.</summary>
    public long Traces => Volatile.Read(ref _traces);

    /// <summary>Attempts that were answered with a retryable status, or not at all, and were repeated.</summary>
    public long Retries => Volatile.Read(ref _retries);

    /// <summary>Spans that were refused for good, or given up when the generator was aborted.</summary>
    public long RejectedSpans => Volatile.Read(ref _rejectedSpans);

    /// <summary>Bytes of the acknowledged requests.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Spans of requests that got no answer and were sent to another target: a target may have taken them all the same.</summary>
    public long UnansweredSpans => Volatile.Read(ref _unanswered);

    /// <summary>The longest that a request took from its first attempt to its answer.</summary>
    public TimeSpan LongestWait => TimeSpan.FromTicks(Volatile.Read(ref _longestWait));

    /// <summary>The status of the last request that was refused or repeated; for messages.</summary>
    public string? LastTrouble { get; private set; }

    internal void Acknowledge(int spans, int bytes)
    {
        Interlocked.Add(ref _spans, spans);
        Interlocked.Increment(ref _requests);
        Interlocked.Add(ref _bytes, bytes);
    }

    internal void LeaveUnanswered(int spans) => Interlocked.Add(ref _unanswered, spans);

    internal void Wait(TimeSpan took)
    {
        long longest;
        while (took.Ticks > (longest = Volatile.Read(ref _longestWait)) && Interlocked.CompareExchange(ref _longestWait, took.Ticks, longest) != longest)
        {
            // somebody else was quicker
        }
    }

    internal void Finish(int traces) => Interlocked.Add(ref _traces, traces);

    internal void Repeat(string trouble)
    {
        LastTrouble = trouble;
        Interlocked.Increment(ref _retries);
    }

    internal void Reject(int spans, string trouble)
    {
        LastTrouble = trouble;
        Interlocked.Add(ref _rejectedSpans, spans);
    }
}
