using System.Diagnostics.CodeAnalysis;
using OrleansLb.Grains.Exporting.Messages;

namespace OrleansLb.Ingress.Admission;

/// <summary>
/// Whether a request that has not been read yet can be turned away, because there was no hope for any of the last ones. Written under the lock of its <see cref="AdmissionControl"/>, read
/// by anybody.
/// </summary>
internal sealed class RefusalRun(TimeProvider time)
{
    // what was full a while ago says nothing of a request that comes now
    private static readonly TimeSpan SpeaksFor = TimeSpan.FromSeconds(1);

    // refusals, less admissions, from which on there is no hope, and which request of those after that is looked at all the same
    private const int Hopeless = 16;
    private const int Most = 20;
    private const int Probe = 8;

    // what one admission takes off that count: while there is room for one in a few, the others need not be read; two in a row, and all are
    private const int Hope = 4;

    private volatile EnqueueOutcome _last = EnqueueOutcome.QueueFull;
    private int _count;
    private long _refusedAt;
    private int _turnedAway;

    /// <summary>Whether there is no hope. One request in a few is let through, to see whether that has changed.</summary>
    public bool IsHopeless([NotNullWhen(true)] out EnqueueOutcome? refusal)
    {
        refusal = null;
        if (Volatile.Read(ref _count) < Hopeless)
            return false;
        if (time.GetElapsedTime(Volatile.Read(ref _refusedAt)) >= SpeaksFor || Interlocked.Increment(ref _turnedAway) % Probe == 0)
            return false;
        refusal = _last;
        return true;
    }

    /// <summary>A request was admitted.</summary>
    public void Admitted() => Volatile.Write(ref _count, Math.Max(0, _count - Hope));

    /// <summary>A request was refused.</summary>
    /// <param name="refusal">What its client is told.</param>
    /// <param name="speaksForAll">Whether every other one would have been refused, too.</param>
    /// <param name="now">The time stamp.</param>
    public void Refused(EnqueueOutcome refusal, bool speaksForAll, long now)
    {
        _last = refusal;
        Volatile.Write(ref _refusedAt, now);
        Volatile.Write(ref _count, speaksForAll ? Math.Min(Most, _count + 1) : 0);
    }
}
