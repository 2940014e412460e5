using System.Globalization;
using OrleansLb.Silo.CommandLine;
using OrleansLb.Silo.Load;

namespace OrleansLb.Silo.Demo.Silos;

/// <summary><c>demo --silos N</c>: a cluster under traffic, one of whose silos is killed half-way.</summary>
internal sealed class SilosDemo(DemoOptions options, Palette palette, TimeProvider time)
{
    private const int SpansPerTrace = 10;
    private const int RequestsPerTrace = 2;
    private static readonly TimeSpan s_frame = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_delivery = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(100);

    /// <summary>Runs it.</summary>
    /// <returns>Whether the verdict is good.</returns>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        Console.WriteLine(Text($"\n  {palette.Accent("orleanslb demo")}  {palette.Dim(ProductVersion.Text)}"));
        Console.WriteLine(Text($"  a cluster of {options.Silos} silos, {options.Backends} backends, {options.Rate:N0} spans/s for {options.Duration.TotalSeconds:0} s;"));
        Console.WriteLine(Text($"  each trace's {SpansPerTrace} spans come in {RequestsPerTrace} requests; half-way a silo is killed\n"));
        await using var group = await SiloGroup.StartAsync(options.Silos, options.Backends, cancellationToken).ConfigureAwait(false);
        var output = new DemoOutput(palette);
        output.Configuration("each silo runs with a file like this:", group.Configuration);

        using var generator = new TraceGenerator(Load(group), time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var sending = generator.RunAsync(null, stop.Token, cancellationToken);
        var half = options.Duration / 2;
        long began = time.GetTimestamp();
        await WatchAsync(group, generator.Counters, began, half, cancellationToken).ConfigureAwait(false);

        long killed = time.GetTimestamp();
        await group.KillFirstAsync(cancellationToken).ConfigureAwait(false);
        Console.WriteLine(palette.Bad("  silo1 is killed"));
        var declared = DeclaredAsync(group, killed, cancellationToken);
        await WatchAsync(group, generator.Counters, began, options.Duration, cancellationToken).ConfigureAwait(false);
        var declaredAfter = await declared.ConfigureAwait(false);
        await stop.CancelAsync().ConfigureAwait(false);
        await sending.ConfigureAwait(false);

        var traces = await TracesAsync(group, generator.Counters, cancellationToken).ConfigureAwait(false);
        return output.Verdict(SilosVerdict.Of(generator.Counters, traces, SpansPerTrace, declaredAfter));
    }

    private TraceLoadOptions Load(SiloGroup group) => new()
    {
        Target = group.Targets[0],
        MoreTargets = [.. group.Targets.Skip(1)],
        SpansPerSecond = options.Rate,
        SpansPerRequest = TraceLoadOptions.SpansPerRequestAt(options.Rate, SpansPerTrace),
        SpansPerTrace = SpansPerTrace,
        RequestsPerTrace = RequestsPerTrace,
        Concurrency = 2 * options.Silos,
    };

    private async Task WatchAsync(SiloGroup group, LoadCounters load, long began, TimeSpan until, CancellationToken cancellationToken)
    {
        while (until - time.GetElapsedTime(began) is { Ticks: > 0 } left)
        {
            await Task.Delay(left < s_frame ? left : s_frame, time, cancellationToken).ConfigureAwait(false);
            var counts = await Task.WhenAll(group.Backends.Select(backend => backend.CountsAsync(cancellationToken))).ConfigureAwait(false);
            Console.WriteLine(Text(
                $"{time.GetElapsedTime(began).TotalSeconds,5:0.0}s  silos {group.Living.Count}  acknowledged {load.Spans:N0}  received {counts.Sum(static count => count.Spans):N0}  retries {load.Retries:N0}"));
        }
    }

    private async Task<TimeSpan> DeclaredAsync(SiloGroup group, long killed, CancellationToken cancellationToken)
    {
        await group.WaitForMembersAsync(cancellationToken).ConfigureAwait(false);
        var after = time.GetElapsedTime(killed);
        Console.WriteLine(palette.Dim(Text($"  the others have declared it dead, {after.TotalSeconds:0.0} s after the kill")));
        return after;
    }

    // what is delivered is on its way for a moment
    private async Task<IReadOnlyList<Dictionary<UInt128, int>>> TracesAsync(SiloGroup group, LoadCounters load, CancellationToken cancellationToken)
    {
        long began = time.GetTimestamp();
        while ((await Task.WhenAll(group.Backends.Select(backend => backend.CountsAsync(cancellationToken))).ConfigureAwait(false)).Sum(static count => count.Spans) < load.Spans
            && time.GetElapsedTime(began) < s_delivery)
            await Task.Delay(s_poll, time, cancellationToken).ConfigureAwait(false);
        return await Task.WhenAll(group.Backends.Select(backend => backend.TracesAsync(cancellationToken))).ConfigureAwait(false);
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
