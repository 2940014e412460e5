namespace OrleansLb.Silo.Demo;

/// <summary>The script of <c>--scale-event</c>: a backend joins after a third of the time, another leaves after two thirds.</summary>
/// <remarks>
/// With a hand-over window the probes, which are sent before each change, show that keys in use stay: a join moves none of them, and who leaves takes
/// its own away and no others.
/// </remarks>
internal sealed class ScaleScript(DemoCluster cluster, ProbeKeys probes, bool handsOver, IDemoView view, Palette palette, TimeProvider time)
{
    // From the resolver's knowing to the router's knowing takes milliseconds; queues are delivered in as little.
    private static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(500);

    private readonly List<ChangeWindow> _windows = [];
    private readonly List<Check> _checks = [];

    /// <summary>When keys moved.</summary>
    public IReadOnlyList<ChangeWindow> Windows => _windows;

    /// <summary>What is to be said of the moves.</summary>
    public IReadOnlyList<Check> Checks => _checks;

    public async Task RunAsync(TimeSpan duration, CancellationToken cancellationToken)
    {
        long started = time.GetTimestamp();
        await Task.Delay(duration / 3, time, cancellationToken).ConfigureAwait(false);
        var owners = await probes.OwnersAsync(cluster.Backends, cancellationToken).ConfigureAwait(false);

        var newcomer = await cluster.AddBackendAsync(cancellationToken).ConfigureAwait(false);
        owners = await ChangeAsync("joins", newcomer, true, owners, cancellationToken).ConfigureAwait(false);

        var left = (duration * 2 / 3) - time.GetElapsedTime(started);
        await Task.Delay(left > TimeSpan.Zero ? left : TimeSpan.Zero, time, cancellationToken).ConfigureAwait(false);
        if (handsOver)
            owners = await probes.OwnersAsync(cluster.Backends, cancellationToken).ConfigureAwait(false);
        await ChangeAsync("leaves", cluster.Backends[0], false, owners, cancellationToken).ConfigureAwait(false);
    }

    private async Task<IReadOnlyDictionary<UInt128, string>> ChangeAsync(
        string verb, Backend backend, bool inService, IReadOnlyDictionary<UInt128, string> before, CancellationToken cancellationToken)
    {
        int larger = cluster.Backends.Count(static b => b.InService) + (inService ? 1 : 0);
        view.Note($"  {palette.Accent("▶")} {palette.Bold(backend.Endpoint)} {verb}: the balancer hears of it at its next look-up");
        long from = time.GetTimestamp();
        backend.InService = inService;
        await cluster.PublishBackendsAsync(cancellationToken).ConfigureAwait(false);
        await Task.Delay(Settling, time, cancellationToken).ConfigureAwait(false);
        _windows.Add(new ChangeWindow(from, time.GetTimestamp()));

        var after = await probes.OwnersAsync(cluster.Backends, cancellationToken).ConfigureAwait(false);
        double ideal = handsOver ? (double)before.Values.Count(owner => owner == backend.Endpoint) / before.Count : 1.0 / larger;
        var check = Verdict.Movement($"backend {verb}", KeyMove.Between(before, after, backend.Endpoint), ideal);
        _checks.Add(check);
        view.Note($"    {check.Detail}");
        return after;
    }
}
