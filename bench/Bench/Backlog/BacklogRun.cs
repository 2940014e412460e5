using System.Diagnostics;
using System.Text.Json;
using OrleansLb.Bench.Processes;
using OrleansLb.Bench.Roles;
using OrleansLb.Bench.Scenarios;
using OrleansLb.Bench.Subjects;

namespace OrleansLb.Bench.Backlog;

/// <summary>Fills stored queues while no backend is there, starts the balancer anew along with the backends, and waits until all is delivered.</summary>
internal sealed class BacklogRun(BacklogOptions options)
{
    private const int BackendCount = 3;
    private const int RequestsPerOrder = 200;

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    private readonly Programs _programs = new(options.Program);
    private readonly List<string> _backends = [.. Enumerable.Range(0, BackendCount).Select(_ => $"127.0.0.1:{FreePort.Next()}")];
    private readonly Scenario _scenario = new()
    {
        Name = "backlog",
        Queue = options.Synced ? QueueKind.FileSynced : QueueKind.File,
        QueueSize = int.MaxValue,
    };

    /// <returns>0 when every span arrived.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        using var directory = new WorkDirectory();
        string store = directory.PathOf("store");
        var filled = await FillAsync(store, cancellationToken).ConfigureAwait(false);
        Progress($"{filled.Spans:N0} spans stored, {filled.StoreBytes / 1e9:0.00} GB; draining");
        var report = await DrainAsync(filled, store, cancellationToken).ConfigureAwait(false);
        await Console.Out.WriteLineAsync(report.ToString()).ConfigureAwait(false);
        await Console.Out.WriteLineAsync(JsonSerializer.Serialize(report, JsonSerializerOptions.Web)).ConfigureAwait(false);
        return 0;
    }

    private async Task<BacklogReport> FillAsync(string store, CancellationToken cancellationToken)
    {
        await using var balancer = await BalancerSubject.StartAsync(_programs, _scenario, _backends, cancellationToken, store).ConfigureAwait(false);
        await using var load = ChildProcess.Start(_programs.Bench.With(LoadRole.Name, "--target", balancer.Endpoint));
        var watch = Stopwatch.StartNew();
        long spans = 0, bytes = 0;
        while (bytes < options.Bytes)
        {
            await load.WriteLineAsync($"{RequestsPerOrder}", cancellationToken).ConfigureAwait(false);
            spans += (await load.ReadJsonAsync(cancellationToken).ConfigureAwait(false)).Deserialize<LoadReport>()!.Spans;
            bytes = new DirectoryInfo(store).EnumerateFiles("*", SearchOption.AllDirectories).Sum(f => f.Length);
        }

        double seconds = watch.Elapsed.TotalSeconds;
        var usage = ProcessUsage.Of(balancer.ProcessId);
        return new BacklogReport(spans, bytes, seconds, usage.CpuSeconds, usage.PeakResidentBytes, 0, 0, 0, 0);
    }

    private async Task<BacklogReport> DrainAsync(BacklogReport filled, string store, CancellationToken cancellationToken)
    {
        await using var sinks = await SinkFleet.StartAtAsync(_programs, _backends, cancellationToken).ConfigureAwait(false);
        var watch = Stopwatch.StartNew();
        await using var balancer = await BalancerSubject.StartAsync(_programs, _scenario, _backends, cancellationToken, store).ConfigureAwait(false);
        long spans = 0;
        var deadline = watch.Elapsed + options.DrainTimeout;
        while (spans < filled.Spans)
        {
            if (watch.Elapsed > deadline)
                throw new InvalidOperationException($"{spans:N0} of {filled.Spans:N0} spans arrived within {options.DrainTimeout}");
            await Task.Delay(Poll, cancellationToken).ConfigureAwait(false);
            (spans, _) = await sinks.ReadAsync(cancellationToken).ConfigureAwait(false);
        }

        double seconds = watch.Elapsed.TotalSeconds;
        var usage = ProcessUsage.Of(balancer.ProcessId);
        return filled with
        {
            DrainSeconds = seconds,
            DrainCpuSeconds = usage.CpuSeconds,
            DrainPeakResidentBytes = usage.PeakResidentBytes,
            Duplicates = spans - filled.Spans,
        };
    }

    private static void Progress(string line) => Console.Error.WriteLine(line);
}
