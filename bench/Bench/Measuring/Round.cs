using OrleansLb.Bench.Roles;
using OrleansLb.Bench.Subjects;

namespace OrleansLb.Bench.Measuring;

/// <summary>What one round measured.</summary>
/// <param name="Spans">Spans that were acknowledged and reached the backends.</param>
/// <param name="Requests">Requests that the client sent.</param>
/// <param name="Parts">Requests that the backends got.</param>
/// <param name="Seconds">From the first request until the last span was at its backend.</param>
/// <param name="CpuSeconds">CPU time of the measured process, in user and kernel mode.</param>
/// <param name="Runtime">What its garbage collector and its compiler did.</param>
/// <param name="Store">What its queues stored.</param>
/// <param name="Client">What the client saw.</param>
/// <param name="RefusedUnread">Attempts that were refused without being read.</param>
/// <param name="Copies">Spans that reached the backends beyond those that were acknowledged.</param>
internal sealed record Round(
    long Spans, int Requests, long Parts, double Seconds, double CpuSeconds, RuntimeCounters Runtime, StoreCounters Store, LoadReport Client, double RefusedUnread, long Copies)
{
    /// <summary>CPU-seconds per million spans.</summary>
    public double CpuPerMillionSpans => CpuSeconds / Spans * 1e6;

    /// <summary>How much of the CPU time the just-in-time compiler took, at most: it is the compiler's share that warming up should have brought to nothing.</summary>
    public double JitShare => Runtime.JitSeconds / CpuSeconds;

    /// <summary>CPU time per part, in microseconds.</summary>
    public double CpuMicrosecondsPerPart => CpuSeconds / Parts * 1e6;
}
