using OrleansLb.Bench.Processes;
using OrleansLb.Bench.Scenarios;

namespace OrleansLb.Bench.Subjects;

/// <summary><c>orleanslb run</c> as a process, with a configuration made for the scenario.</summary>
internal sealed class BalancerSubject : ISubject
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(30);

    private readonly ChildProcess _process;
    private readonly string _configuration;
    private readonly PrometheusPage _metrics;

    private BalancerSubject(ChildProcess process, string configuration, string endpoint, Uri admin)
    {
        (_process, _configuration, Endpoint) = (process, configuration, endpoint);
        _metrics = new PrometheusPage(new Uri(admin, "/metrics"));
    }

    public int ProcessId => _process.Id;

    public string Endpoint { get; }

    public static async Task<ISubject> StartAsync(Programs programs, Scenario scenario, IReadOnlyList<string> backends, CancellationToken cancellationToken)
    {
        string endpoint = $"127.0.0.1:{FreePort.Next()}";
        string admin = $"127.0.0.1:{FreePort.Next()}";
        string configuration = Path.Combine(Path.GetTempPath(), $"orleanslb-bench-{Guid.NewGuid():n}.alloy");
        await File.WriteAllTextAsync(configuration, AlloyFile.For(scenario, endpoint, backends), cancellationToken).ConfigureAwait(false);

        var command = programs.Balancer.With("run", configuration, "--server.http.listen-addr", admin, "--exit-with-stdin");
        var process = ChildProcess.Start(command, scenario.Variant.Environment);
        process.IgnoreOutput();
        var subject = new BalancerSubject(process, configuration, endpoint, new Uri($"http://{admin}"));
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

    public async Task<GcCounters> ReadGcAsync(CancellationToken cancellationToken)
    {
        var page = await _metrics.ReadAsync(cancellationToken).ConfigureAwait(false);
        return new GcCounters(
            page["dotnet_gc_allocated_bytes_total"],
            page["dotnet_gc_collections_total{generation=\"0\"}"],
            page["dotnet_gc_collections_total{generation=\"1\"}"],
            page["dotnet_gc_collections_total{generation=\"2\"}"]);
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync().ConfigureAwait(false);
        _metrics.Dispose();
        File.Delete(_configuration);
    }

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
