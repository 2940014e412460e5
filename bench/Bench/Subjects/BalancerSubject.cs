using OrleansLb.Bench.Processes;
using OrleansLb.Bench.Scenarios;

namespace OrleansLb.Bench.Subjects;

/// <summary><c>orleanslb run</c> as a process, with a configuration made for the scenario.</summary>
internal sealed class BalancerSubject : ISubject
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(30);

    private readonly ChildProcess _process;
    private readonly WorkDirectory _directory;
    private readonly PrometheusPage _metrics;

    private BalancerSubject(ChildProcess process, WorkDirectory directory, string endpoint, Uri admin)
    {
        (_process, _directory, Endpoint) = (process, directory, endpoint);
        _metrics = new PrometheusPage(new Uri(admin, "/metrics"));
    }

    public int ProcessId => _process.Id;

    public IReadOnlyList<int> ProcessIds => [_process.Id];

    public string Endpoint { get; }

    /// <param name="programs">What to start.</param>
    /// <param name="scenario">What is measured.</param>
    /// <param name="backends">The backends' endpoints.</param>
    /// <param name="cancellationToken">Ends the wait for the program to be ready.</param>
    /// <param name="store">Directory of the stored queues, when they are to outlive this process.</param>
    /// <param name="flags">More flags.</param>
    public static async Task<BalancerSubject> StartAsync(
        Programs programs, Scenario scenario, IReadOnlyList<string> backends, CancellationToken cancellationToken, string? store = null, params IReadOnlyList<string> flags)
    {
        string endpoint = $"127.0.0.1:{FreePort.Next()}";
        string admin = $"127.0.0.1:{FreePort.Next()}";
        var directory = new WorkDirectory();
        string configuration = directory.PathOf("bench.alloy");
        string alloy = AlloyFile.For(scenario, endpoint, backends, store ?? directory.PathOf("store"));
        await File.WriteAllTextAsync(configuration, alloy, cancellationToken).ConfigureAwait(false);

        var command = programs.BalancerOf(scenario.Variant).With(
            "run", configuration, "--server.http.listen-addr", admin, "--storage.path", directory.PathOf("data"), "--shutdown-timeout", "2s", "--exit-with-stdin").With([.. flags]);
        var process = ChildProcess.Start(command, scenario.Variant.Environment);
        process.IgnoreOutput();
        var subject = new BalancerSubject(process, directory, endpoint, new Uri($"http://{admin}"));
        try
        {
            await subject.WaitUntilReadyAsync(new Uri($"http://{admin}/-/ready"), cancellationToken).ConfigureAwait(false);
            return subject;
        }
        catch
        {
            await subject.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public async Task<RuntimeCounters> ReadRuntimeAsync(CancellationToken cancellationToken)
    {
        var page = await _metrics.ReadAsync(cancellationToken).ConfigureAwait(false);
        return new RuntimeCounters(
            page["dotnet_gc_allocated_bytes_total"],
            page["dotnet_gc_collections_total{generation=\"0\"}"],
            page["dotnet_gc_collections_total{generation=\"1\"}"],
            page["dotnet_gc_collections_total{generation=\"2\"}"],
            page["dotnet_jit_compilation_time_seconds_total"]);
    }

    public async Task<StoreCounters> ReadStoreAsync(CancellationToken cancellationToken)
    {
        var page = await _metrics.ReadAsync(cancellationToken).ConfigureAwait(false);
        return new StoreCounters(
            SumOf(page, "orleanslb_queue_stored_requests_total"), SumOf(page, "orleanslb_queue_segments_total"), SumOf(page, "orleanslb_storage_transactions_total"));
    }

    public async Task<QueueCounters> ReadQueuesAsync(CancellationToken cancellationToken)
    {
        var page = await _metrics.ReadAsync(cancellationToken).ConfigureAwait(false);
        return new QueueCounters(
            SumOf(page, "otelcol_exporter_queue_size"), SumOf(page, "orleanslb_receiver_rejected_requests_total", "reason=\"overload\""));
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync().ConfigureAwait(false);
        _metrics.Dispose();
        _directory.Dispose();
    }

    private static double SumOf(IReadOnlyDictionary<string, double> page, string name, string label = "") => page
        .Where(s => (s.Key == name || s.Key.StartsWith(name + '{', StringComparison.Ordinal)) && s.Key.Contains(label, StringComparison.Ordinal))
        .Sum(s => s.Value);

    private async Task WaitUntilReadyAsync(Uri ready, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(StartTimeout);
        using var http = new HttpClient();
        while (true)
        {
            _process.EnsureAlive();
            try
            {
                using var response = await http.GetAsync(ready, timeout.Token).ConfigureAwait(false);
                if (response.IsSuccessStatusCode)
                    return;
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }
            await Task.Delay(TimeSpan.FromMilliseconds(50), timeout.Token).ConfigureAwait(false);
        }
    }
}
