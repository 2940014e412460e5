using OrleansLb.EndToEnd.Tests.Histories;
using OrleansLb.EndToEnd.Tests.Infrastructure;

namespace OrleansLb.Cluster.Tests.Running;

/// <summary>One run of a member that clients can send to.</summary>
internal sealed record MemberRun(int Life, Uri Receiver);

/// <summary>A member of the cluster, one process after the other.</summary>
internal sealed class Member(string name, bool receives, Func<Task<OrleansLbProcess>> launch, bool isDurable, ClusterRecord record, Action<string> tell) : IAsyncDisposable
{
    private const int NoLife = -1;
    private readonly List<OrleansLbProcess> _former = [];
    private volatile MemberRun? _current;

    public string Name => name;

    public OrleansLbProcess Process { get; private set; } = null!;

    public int Life { get; private set; } = NoLife;

    /// <summary>Where clients send to; null: nowhere.</summary>
    public MemberRun? Current => _current;

    public async Task StartAsync()
    {
        var from = record.History.Now;
        var process = await launch();
        if (Life != NoLife)
            _former.Add(Process);
        Process = process;
        await process.ReadyAsync();
        Life = record.History.Starts(isDurable, from, first: null);
        tell($"{name} is ready");
        if (receives)
            _current = new MemberRun(Life, await process.ReceiverAsync("grpc"));
    }

    /// <summary>As <c>kill -9</c> does.</summary>
    public async Task KillAsync()
    {
        record.Trouble(Life);
        tell($"{name} is killed");
        await Process.KillAsync();
        _current = null;
        record.History.Ends(Life, last: null, killed: true);
    }

    /// <summary>As an orchestrator does that waits for the end.</summary>
    public async Task StopAsync()
    {
        record.Trouble(Life);
        tell($"{name} is asked to stop");
        Process.Terminate();
        int exitCode = await Process.ExitAsync();
        _current = null;
        tell($"{name} has stopped");
        record.History.Ends(Life, last: null, killed: false);
        if (exitCode != 0)
            record.Fault($"{name} ended with {exitCode} after SIGTERM");
    }

    /// <summary>It stands still (SIGSTOP) until what is returned is disposed of (SIGCONT).</summary>
    public IDisposable Stand()
    {
        record.Trouble(Life);
        tell($"{name} stands still");
        return Process.RunInBursts(running: TimeSpan.Zero, standing: Timeout.InfiniteTimeSpan);
    }

    /// <summary>Nobody sends to it any more.</summary>
    public void Gone() => _current = null;

    public async ValueTask DisposeAsync()
    {
        foreach (var former in _former)
            await former.DisposeAsync();
        if (Life != NoLife || Process is not null)
            await Process.DisposeAsync();
    }
}
