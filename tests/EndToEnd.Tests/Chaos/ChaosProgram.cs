using OrleansLb.EndToEnd.Tests.Histories;
using OrleansLb.EndToEnd.Tests.Infrastructure;

namespace OrleansLb.EndToEnd.Tests.Chaos;

/// <summary>The program, one run after the other on the same store.</summary>
internal sealed class ChaosProgram(
    string configuration, HostsFile hosts, bool isDurable, TimeSpan settling, HistoryRecorder recorder, Timeline timeline) : IAsyncDisposable
{
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(2);

    private TaskCompletionSource<(int Life, Uri Receiver)> _current = NewRun();
    private OrleansLbProcess? _process;
    private int _life;

    /// <summary>The run that takes requests; when there is none, the next one.</summary>
    public Task<(int Life, Uri Receiver)> CurrentAsync() => Volatile.Read(ref _current).Task;

    /// <summary>The log of the run that there is.</summary>
    public string Log => Volatile.Read(ref _process)?.Log ?? "";

    public async Task StartAsync()
    {
        var from = recorder.Now;
        var process = await OrleansLbProcess.RunAsync(configuration, "--dns.hosts-file", hosts.Path, "--shutdown-timeout", $"{ShutdownTimeout.TotalSeconds}s", "--memory-limit", $"{ChaosSettings.MemoryLimit >> 20}MiB");
        Volatile.Write(ref _process, process);
        _life = recorder.Starts(isDurable, from, CounterScrape.Parse(await process.MetricsPageAsync()));
        timeline.Add($"life {_life} begins");
        Volatile.Read(ref _current).SetResult((_life, await process.ReceiverAsync("grpc")));
    }

    /// <summary>Ends the run there is, and starts the next one.</summary>
    public async Task RestartAsync(ProgramStep step, CancellationToken healing)
    {
        var process = _process!;
        timeline.Add($"life {_life} is {(step.IsKilled ? "killed" : "terminated")}");
        var isSettled = recorder.Reshuffling();
        if (step.IsKilled)
        {
            var isOver = recorder.Disturbing(null, ChaosSettings.StoringTime, "killed", doubles: true);
            await process.KillAsync();
            isOver();
        }
        else
        {
            var asked = recorder.Now;
            process.Terminate();
            int exitCode = await process.ExitAsync();

            // Whoever runs out of time gives up what is on its way, which the store keeps: of a part that is dealt out,
            // also those pieces that are in the stores of their new owners already.
            if (recorder.Now - asked > ShutdownTimeout / 2)
                recorder.Disturbing(null, ShutdownTimeout, "terminated in the middle", doubles: true)();
            if (exitCode != 0)
                throw new InvalidOperationException($"exit code {exitCode} after SIGTERM\n{process.Log}");
        }

        // only now: clients run into an end without warning
        Volatile.Write(ref _current, NewRun());
        recorder.Ends(_life, last: null, step.IsKilled);
        timeline.Add($"life {_life} has ended");
        Volatile.Write(ref _process, null);
        await process.DisposeAsync();
        await Task.Delay(step.Away, healing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await StartAsync();
        await Task.Delay(settling, CancellationToken.None);
        isSettled();
    }

    /// <summary>Waits until everything that was accepted is delivered, and takes the last look at the counters.</summary>
    public async Task FinishAsync()
    {
        // the gauge alone could be that of a stored queue that is not open yet
        await recorder.SettleAsync(Patience.Long);
        await _process!.MetricFallsToAsync(0, "otelcol_exporter_queue_size");
        recorder.Ends(_life, CounterScrape.Parse(await _process.MetricsPageAsync()), killed: false);
    }

    public void Weigh()
    {
        if (Volatile.Read(ref _process)?.TryResident(out long bytes) == true)
            recorder.Resident(bytes);
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { } process)
            await process.DisposeAsync();
    }

    private static TaskCompletionSource<(int Life, Uri Receiver)> NewRun() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
