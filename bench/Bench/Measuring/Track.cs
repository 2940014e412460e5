using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using OrleansLb.Bench.Processes;
using OrleansLb.Bench.Roles;
using OrleansLb.Bench.Scenarios;
using OrleansLb.Bench.Subjects;
using OrleansLb.Otlp;

namespace OrleansLb.Bench.Measuring;

/// <summary>One scenario with its processes: the measured one and its load generator. All tracks of a group stay up and take turns.</summary>
internal sealed class Track : IAsyncDisposable
{
    private static readonly TimeSpan ArrivalTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ArrivalPoll = TimeSpan.FromMilliseconds(10);

    private readonly SinkFleet _sinks;
    private readonly ISubject _subject;
    private readonly ChildProcess _load;
    private readonly List<Round> _rounds = [];

    private Track(Scenario scenario, SinkFleet sinks, ISubject subject, ChildProcess load)
    {
        (Scenario, _sinks, _subject, _load) = (scenario, sinks, subject, load);
    }

    public Scenario Scenario { get; }

    public IReadOnlyList<Round> Rounds => _rounds;

    public ProcessUsage Usage => _subject.ProcessIds.Select(ProcessUsage.Of).Aggregate(static (sum, one) => sum + one);

    public static async Task<Track> StartAsync(Scenario scenario, BenchOptions options, Programs programs, SinkFleet sinks, CancellationToken cancellationToken)
    {
        var backends = sinks.Endpoints.Take(scenario.Backends).ToList();
        ISubject subject = scenario.Subject switch
        {
            SubjectKind.Relay => await RelaySubject.StartAsync(programs, scenario, backends, cancellationToken).ConfigureAwait(false),
            SubjectKind.Tiers => await TiersSubject.StartAsync(programs, scenario, backends, cancellationToken).ConfigureAwait(false),
            _ => await BalancerSubject.StartAsync(programs, scenario, backends, cancellationToken).ConfigureAwait(false),
        };
        return new Track(scenario, sinks, subject, ChildProcess.Start(LoadCommand(scenario, options, programs, subject.Endpoint)));
    }

    /// <summary>Sends requests that do not count.</summary>
    public async Task<Round> WarmUpAsync(int requests, CancellationToken cancellationToken)
    {
        await _sinks.SlowDownAsync(TimeSpan.Zero, cancellationToken).ConfigureAwait(false);
        return await SendAsync(requests, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A round that does not count. Only in whole rounds queues fill, so what refuses requests has not been warmed up before.</summary>
    public async Task RehearseAsync(int requests, CancellationToken cancellationToken)
    {
        if (Scenario.Overload is not null)
            await RoundAsync(requests, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sends requests and keeps what they cost.</summary>
    public async Task MeasureAsync(int requests, CancellationToken cancellationToken) =>
        _rounds.Add(await RoundAsync(requests, cancellationToken).ConfigureAwait(false));

    public async ValueTask DisposeAsync()
    {
        await _load.DisposeAsync().ConfigureAwait(false);
        await _subject.DisposeAsync().ConfigureAwait(false);
    }

    private static CommandLine LoadCommand(Scenario scenario, BenchOptions options, Programs programs, string target)
    {
        var command = programs.Bench.With(LoadRole.Name, "--target", target,
            "--spans", $"{scenario.SpansPerRequest}", "--resources", $"{scenario.Resources}", "--services", $"{scenario.Services}",
            "--concurrency", $"{scenario.Overload?.Concurrency ?? options.Concurrency}",
            "--connections", $"{scenario.Overload?.Connections ?? options.Connections}");
        if (scenario.Overload is { } overload)
            command = command.With(overload.HeedsDelays ? "--heed-delays" : "--again-at-once");
        if (scenario.In == ContentCoding.Gzip)
            command = command.With("--gzip");
        if (options.SpansPerSecond is { } rate)
            command = command.With("--rate", rate.ToString(CultureInfo.InvariantCulture));
        return command;
    }

    private async Task<Round> RoundAsync(int requests, CancellationToken cancellationToken)
    {
        await _sinks.SlowDownAsync(Scenario.BackendDelay, cancellationToken).ConfigureAwait(false);
        return await SendAsync(Math.Max(requests, Scenario.FewestRequests), cancellationToken).ConfigureAwait(false);
    }

    private async Task<Round> SendAsync(int requests, CancellationToken cancellationToken)
    {
        var (spans, parts) = await _sinks.ReadAsync(cancellationToken).ConfigureAwait(false);
        var runtime = await _subject.ReadRuntimeAsync(cancellationToken).ConfigureAwait(false);
        var store = await ReadStoreAsync(cancellationToken).ConfigureAwait(false);
        var queues = await ReadQueuesAsync(cancellationToken).ConfigureAwait(false);
        double cpu = Usage.CpuSeconds;
        var watch = Stopwatch.StartNew();

        await _load.WriteLineAsync($"{requests}", cancellationToken).ConfigureAwait(false);
        var report = (await _load.ReadJsonAsync(cancellationToken).ConfigureAwait(false)).Deserialize<LoadReport>()!;
        if (report.RejectedSpans > 0 || report.Spans != (long)requests * Scenario.SpansPerRequest)
            throw new InvalidOperationException($"{Scenario.Name}: {report}");
        var (spansAfter, partsAfter) = await WaitForAsync(spans + report.Spans, watch, cancellationToken).ConfigureAwait(false);

        double seconds = watch.Elapsed.TotalSeconds;
        double cpuAfter = Usage.CpuSeconds;
        var runtimeAfter = await _subject.ReadRuntimeAsync(cancellationToken).ConfigureAwait(false);
        var storeAfter = await ReadStoreAsync(cancellationToken).ConfigureAwait(false);
        var queuesAfter = await WhenEmptyAsync(watch, cancellationToken).ConfigureAwait(false);
        if (Scenario.Overload is not null)
            (spansAfter, _) = await _sinks.ReadAsync(cancellationToken).ConfigureAwait(false);
        return new Round(
            report.Spans, requests, partsAfter - parts, seconds, cpuAfter - cpu, runtimeAfter.Since(runtime), storeAfter.Since(store),
            report, queuesAfter.RefusedUnread - queues.RefusedUnread, spansAfter - spans - report.Spans);
    }

    // with many backends the page of metrics is large, and leaves garbage that is not the requests'
    private Task<StoreCounters> ReadStoreAsync(CancellationToken cancellationToken) =>
        Scenario.IsStored ? _subject.ReadStoreAsync(cancellationToken) : Task.FromResult(StoreCounters.None);

    private Task<QueueCounters> ReadQueuesAsync(CancellationToken cancellationToken) =>
        Scenario.Overload is null ? Task.FromResult(QueueCounters.None) : _subject.ReadQueuesAsync(cancellationToken);

    // What refusals left behind in queues comes after everything else.
    private async Task<QueueCounters> WhenEmptyAsync(Stopwatch watch, CancellationToken cancellationToken)
    {
        var deadline = watch.Elapsed + ArrivalTimeout;
        while (true)
        {
            var queues = await ReadQueuesAsync(cancellationToken).ConfigureAwait(false);
            if (queues.Queued == 0)
                return queues;
            if (watch.Elapsed > deadline)
                throw new InvalidOperationException($"{Scenario.Name}: queues still hold {queues.Queued} parts");
            await Task.Delay(ArrivalPoll, cancellationToken).ConfigureAwait(false);
        }
    }

    // Acknowledged is not yet delivered: parts may still be queued.
    private async Task<(long Spans, long Parts)> WaitForAsync(long expected, Stopwatch watch, CancellationToken cancellationToken)
    {
        var deadline = watch.Elapsed + ArrivalTimeout;
        while (true)
        {
            var (spans, parts) = await _sinks.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (spans == expected || (spans > expected && Scenario.Overload is not null))
                return (spans, parts);
            if (spans > expected || watch.Elapsed > deadline)
                throw new InvalidOperationException($"{Scenario.Name}: {spans - expected:+#;-#} spans at the backends against what was acknowledged");
            await Task.Delay(ArrivalPoll, cancellationToken).ConfigureAwait(false);
        }
    }
}
