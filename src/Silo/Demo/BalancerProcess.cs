namespace OrleansLb.Silo.Demo;

/// <summary>The balancer in a process of its own: <c>orleanslb run</c> on a generated file.</summary>
internal sealed class BalancerProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(50);

    private readonly ChildProcess _child;
    private readonly HttpClient _admin;

    private BalancerProcess(ChildProcess child, HttpClient admin)
    {
        _child = child;
        _admin = admin;
    }

    /// <summary>Starts it and waits until it takes traffic.</summary>
    public static async Task<BalancerProcess> StartAsync(
        string configurationPath, string admin, IEnumerable<string> flags, CancellationToken cancellationToken)
    {
        var child = ChildProcess.Start(
            "balancer", ["run", configurationPath, "--server.http.listen-addr", admin, "--exit-with-stdin", "--shutdown-timeout", "2s", .. flags]);
        var balancer = new BalancerProcess(child, new HttpClient { BaseAddress = new Uri($"http://{admin}"), Timeout = TimeSpan.FromSeconds(10) });
        try
        {
            await balancer.WaitUntilReadyAsync(cancellationToken).ConfigureAwait(false);
            return balancer;
        }
        catch
        {
            await balancer.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Its metrics now.</summary>
    public async Task<MetricsSnapshot> MetricsAsync(CancellationToken cancellationToken)
    {
        _child.CheckRunning();
        return MetricsSnapshot.Parse(await _admin.GetStringAsync("/metrics", cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Waits until the balancer routes to this many backends.</summary>
    /// <exception cref="DemoException">It does not within the time.</exception>
    public async Task WaitForBackendsAsync(int count, CancellationToken cancellationToken)
    {
        using var expired = new CancellationTokenSource(StartTimeout);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(expired.Token, cancellationToken);
        try
        {
            while ((await MetricsAsync(either.Token).ConfigureAwait(false)).Sum("otelcol_loadbalancer_num_backends") is var seen && (int)seen != count)
                await Task.Delay(PollInterval, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (expired.IsCancellationRequested)
        {
            throw new DemoException($"the balancer did not come to {count} backends within {StartTimeout.TotalSeconds} s:\n{_child.Errors}");
        }
    }

    /// <summary>Ends it at once, as a machine that fails does.</summary>
    public Task KillAsync(CancellationToken cancellationToken) => _child.KillAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        _admin.Dispose();
        await _child.DisposeAsync().ConfigureAwait(false);
    }

    private async Task WaitUntilReadyAsync(CancellationToken cancellationToken)
    {
        long started = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(started) < StartTimeout)
        {
            _child.CheckRunning();
            try
            {
                using var answer = await _admin.GetAsync("/-/ready", cancellationToken).ConfigureAwait(false);
                if (answer.IsSuccessStatusCode)
                    return;
            }
            catch (HttpRequestException)
            {
                // not listening yet
            }

            await Task.Delay(PollInterval, cancellationToken).ConfigureAwait(false);
        }

        throw new DemoException($"the balancer was not ready within {StartTimeout.TotalSeconds} s:\n{_child.Errors}");
    }
}
