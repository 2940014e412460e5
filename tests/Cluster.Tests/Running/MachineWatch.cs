using System.Diagnostics;

namespace OrleansLb.Cluster.Tests.Running;

/// <summary>Looks how long a thread that has nothing to do but to wake up is kept from it: a machine with too much to do makes clients wait, whatever the cluster does.</summary>
internal sealed class MachineWatch : IDisposable
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(10);
    private readonly CancellationTokenSource _end = new();
    private readonly Thread _thread;
    private long _longest;

    public MachineWatch()
    {
        _thread = new Thread(() =>
        {
            long last = Stopwatch.GetTimestamp();
            while (!_end.Token.WaitHandle.WaitOne(s_pause))
            {
                long now = Stopwatch.GetTimestamp();
                var late = Stopwatch.GetElapsedTime(last, now) - s_pause;
                if (late.Ticks > _longest)
                    Volatile.Write(ref _longest, late.Ticks);
                last = now;
            }
        });
        _thread.Start();
    }

    /// <summary>The longest that it came late.</summary>
    public TimeSpan Longest => new(Volatile.Read(ref _longest));

    public void Dispose()
    {
        _end.Cancel();
        _thread.Join();
        _end.Dispose();
    }
}
