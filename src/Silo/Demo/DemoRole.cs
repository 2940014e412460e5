using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.InteropServices;
using OrleansLb.Silo.CommandLine;
using OrleansLb.Silo.Demo.Silos;
using OrleansLb.Silo.Load;

namespace OrleansLb.Silo.Demo;

/// <summary>The role <c>demo</c>: real backends, a real balancer and real traffic on this machine, a live table, and a verdict.</summary>
internal sealed class DemoRole
{
    private const int SpansPerTrace = 10;
    private const int RequestsPerTrace = 2;

    // long enough to be caught by a change, as real traces are
    private const int RequestsPerLongTrace = 5;
    private static readonly TimeSpan LongTrace = TimeSpan.FromSeconds(5);
    private const ulong Seed = 1;
    private static readonly TimeSpan DeliveryTimeout = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan DeliveryPoll = TimeSpan.FromMilliseconds(50);

    private readonly DemoOptions _options;
    private readonly TimeProvider _time = TimeProvider.System;
    private readonly ConcurrentQueue<TraceRange> _sent = new();
    private readonly bool _onTerminal;
    private readonly Palette _palette;
    private readonly DemoOutput _output;

    private DemoRole(DemoOptions options)
    {
        _options = options;
        _onTerminal = !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb");
        _palette = new Palette(_onTerminal && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")));
        _output = new DemoOutput(_palette);
    }

    /// <summary>Runs the demo.</summary>
    /// <returns>0 when the verdict is good, 1 when it is not, 130 when it was interrupted.</returns>
    public static async Task<int> RunAsync(DemoOptions options, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        void Interrupt(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.Cancel();
        }

        using var onInterrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt);
        using var onTerminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt);
        var role = new DemoRole(options);
        try
        {
            bool good = options.Silos > 1
                ? await new SilosDemo(options, role._palette, role._time).RunAsync(stop.Token).ConfigureAwait(false)
                : await role.RunAsync(stop.Token).ConfigureAwait(false);
            return good ? 0 : 1;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync("interrupted").ConfigureAwait(false);
            return 130;
        }
        catch (Exception exception) when (exception is DemoException or HttpRequestException)
        {
            role.Fail(exception.Message);
            return 1;
        }
    }

    private async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        Introduce();
        await using var cluster = await DemoCluster.StartAsync(_options.Backends, _options.ScaleEvent, _options.HandoverWindow, PrintConfiguration, cancellationToken).ConfigureAwait(false);
        using var generator = new TraceGenerator(Load(cluster.Target), _time);
        using var probes = _options.ScaleEvent ? new ProbeKeys(cluster.Target) : null;
        var frames = new FrameSource(cluster, generator.Counters, probes, _options.Duration, _time);

        ScaleScript? script;
        using (IDemoView view = FitsTerminal() ? new LiveView(Console.Out, _palette) : new PlainView(Console.Out))
        {
            script = probes is null ? null : new ScaleScript(cluster, probes, _options.HandoverWindow > TimeSpan.Zero, view, _palette, _time);
            await SendAsync(generator, script, frames, view, cancellationToken).ConfigureAwait(false);
        }

        var checks = await JudgeAsync(cluster, generator.Counters, probes, script, cancellationToken).ConfigureAwait(false);
        return _output.Verdict(checks, Remarks(frames.Cost, generator.Counters));
    }

    // Drawing over a frame that wrapped or scrolled away would leave a mess.
    private bool FitsTerminal() =>
        _onTerminal && Console.WindowWidth >= TableLines.Width && Console.WindowHeight > TableLines.HeightOf(_options.Backends + 1);

    private TraceLoadOptions Load(string target)
    {
        return new TraceLoadOptions
        {
            Target = target,
            SpansPerSecond = _options.Rate,
            SpansPerRequest = TraceLoadOptions.SpansPerRequestAt(_options.Rate, SpansPerTrace),
            SpansPerTrace = SpansPerTrace,
            RequestsPerTrace = _options.ScaleEvent ? RequestsPerLongTrace : RequestsPerTrace,
            TraceLifetime = _options.ScaleEvent ? LongTrace : TimeSpan.Zero,
            Concurrency = 4,
            Seed = Seed,
            Sent = _sent.Enqueue,
        };
    }

    private async Task SendAsync(TraceGenerator generator, ScaleScript? script, FrameSource frames, IDemoView view, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var sending = generator.RunAsync(null, stop.Token, cancellationToken);
        var scaling = script?.RunAsync(_options.Duration, cancellationToken) ?? Task.CompletedTask;

        DemoFrame last;
        while (true)
        {
            last = await frames.TakeAsync(cancellationToken).ConfigureAwait(false);
            view.Show(last);
            if (scaling.IsFaulted)
                await scaling.ConfigureAwait(false);
            var left = _options.Duration - last.Elapsed;
            if (left <= TimeSpan.Zero)
                break;
            var next = left < view.Interval ? left : view.Interval;
            var cold = frames.WarmUp - last.Elapsed;
            await Task.Delay(cold > TimeSpan.Zero && cold < next ? cold : next, _time, cancellationToken).ConfigureAwait(false);
        }

        await scaling.ConfigureAwait(false);
        await stop.CancelAsync().ConfigureAwait(false);
        await sending.ConfigureAwait(false);

        await WaitForDeliveryAsync(frames, view, last, cancellationToken).ConfigureAwait(false);
    }

    // What the balancer has acknowledged it must deliver, if only a little later.
    private async Task WaitForDeliveryAsync(FrameSource frames, IDemoView view, DemoFrame last, CancellationToken cancellationToken)
    {
        long waiting = _time.GetTimestamp();
        DemoFrame frame;
        while ((frame = await frames.TakeAsync(cancellationToken).ConfigureAwait(false)).Received != frame.Sent
            && _time.GetElapsedTime(waiting) < DeliveryTimeout)
            await Task.Delay(DeliveryPoll, _time, cancellationToken).ConfigureAwait(false);

        // The last requests are too few to speak of shares and rates.
        view.Show(frame with
        {
            Backends = [.. frame.Backends.Zip(last.Backends, static (now, then) => now with { Share = then.Share })],
            SpansPerSecond = last.SpansPerSecond,
            Cores = last.Cores,
        });
    }

    private async Task<IReadOnlyList<Check>> JudgeAsync(
        DemoCluster cluster, LoadCounters load, ProbeKeys? probes, ScaleScript? script, CancellationToken cancellationToken)
    {
        var counts = await Task.WhenAll(cluster.Backends.Select(b => b.CountsAsync(cancellationToken))).ConfigureAwait(false);
        var traces = await Task.WhenAll(cluster.Backends.Select(b => b.TracesAsync(cancellationToken))).ConfigureAwait(false);
        long sent = load.Spans + (probes?.Spans ?? 0);
        long rejected = load.RejectedSpans + (probes?.RejectedSpans ?? 0);
        var delivery = Verdict.Delivery(sent, counts.Sum(static c => c.Spans), rejected);
        var split = TraceCensus.Split(traces).ToHashSet();
        if (probes is null || script is null)
            return [delivery, Verdict.Whole(load.Traces, split.Count), Verdict.Spread([.. counts.Select(static c => c.Traces)])];

        // The probes moved on purpose.
        split.ExceptWith(probes.All);
        var changes = new List<ChangeWindow>(script.Windows);
        if (_options.HandoverWindow > TimeSpan.Zero)
            changes.AddRange(script.Windows.Select(window => window.After(_options.HandoverWindow, _time)));
        int elsewhere = split.Except(LiveAt(changes)).Count();
        return
        [
            delivery,
            Verdict.WholeApartFromChanges(load.Traces, split.Count, elsewhere),
            .. script.Checks,
            Splitting("scale-up", script.Windows[0], script.Windows[1], split, mayBeSplit: _options.HandoverWindow < LongTrace),
            Splitting("scale-down", script.Windows[1], script.Windows[0], split, mayBeSplit: true),
            .. NewTraces(script.Windows, traces[^1]),
        ];
    }

    // a trace that saw both changes cannot be said to be split by one of them
    private Check Splitting(string what, ChangeWindow change, ChangeWindow other, HashSet<UInt128> split, bool mayBeSplit)
    {
        var ranges = _sent.Where(range => change.Overlaps(range.Begun, range.Ended) && !other.Overlaps(range.Begun, range.Ended)).ToList();
        var straddling = ranges.Where(range => change.IsWithin(range.Begun, range.Ended)).SelectMany(IdsOf).ToList();
        return Verdict.Split(what, ranges.SelectMany(IdsOf).Count(split.Contains), straddling.Count, straddling.Count(split.Contains), mayBeSplit);
    }

    /// <summary>Empty when too little time was left between the changes.</summary>
    private IEnumerable<Check> NewTraces(IReadOnlyList<ChangeWindow> changes, Dictionary<UInt128, int> atNewcomer)
    {
        var begun = _sent.Where(range => range.Begun > changes[0].To && range.Ended < changes[1].From).SelectMany(IdsOf).ToList();
        if (begun.Count > 0)
            yield return Verdict.NewTraces(begun.Count, begun.Count(atNewcomer.ContainsKey), 1.0 / (_options.Backends + 1));
    }

    private static IEnumerable<UInt128> IdsOf(TraceRange range) => ProbeKeys.IdsOf(Seed, range.First, range.Count);

    private IEnumerable<UInt128> LiveAt(IReadOnlyList<ChangeWindow> windows) => _sent
        .Where(range => windows.Any(window => window.Overlaps(range.Begun, range.Ended)))
        .SelectMany(IdsOf);

    private void Introduce()
    {
        Console.WriteLine();
        Console.WriteLine($"  {_palette.Accent("orleanslb demo")}  {_palette.Dim(ProductVersion.Text)}");
        string requests = _options.ScaleEvent ? Text($"{RequestsPerLongTrace} requests over {LongTrace.TotalSeconds:0} s") : Text($"{RequestsPerTrace} requests");
        Console.WriteLine(Text(
            $"  {_options.Backends} backends, {_options.Rate:N0} spans/s for {_options.Duration.TotalSeconds:0} s; each trace's {SpansPerTrace} spans come in {requests}"));
        if (_options.ScaleEvent)
            Console.WriteLine("  a backend joins, later another leaves; shares are those of the last seconds");
        if (_options.HandoverWindow > TimeSpan.Zero)
            Console.WriteLine(Text($"  traces seen before a change stay where they are for {_options.HandoverWindow.TotalSeconds:0.#} s"));
        Console.WriteLine();
    }

    private void PrintConfiguration(DemoCluster cluster)
    {
        _output.Configuration("the balancer runs with this file:", cluster.Configuration);
        Console.WriteLine(_palette.Dim($"  and shows its metrics at http://{cluster.Admin}/metrics"));
        Console.WriteLine();
    }

    private static IEnumerable<string> Remarks(WarmCost? cost, LoadCounters load)
    {
        if (cost is not null)
            yield return Text($"{"balancer CPU",-17} {cost.CpuPerMillion:0.00} CPU-seconds per million spans, after {cost.After.TotalSeconds:0.#} s of warm-up, at {cost.SpansPerSecond:N0} spans/s");
        if (load.LastTrouble is { } trouble)
            yield return Text($"{"last trouble",-17} {trouble}");
    }

    private void Fail(string reason)
    {
        Console.WriteLine();
        Console.WriteLine($"  {_palette.Bad("✗")} {reason}");
        Console.WriteLine();
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
