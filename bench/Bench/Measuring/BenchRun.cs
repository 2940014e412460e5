using OrleansLb.Bench.Processes;
using OrleansLb.Bench.Reporting;
using OrleansLb.Bench.Scenarios;
using OrleansLb.Bench.Subjects;

namespace OrleansLb.Bench.Measuring;

/// <summary>A whole run: every group's scenarios in turns, forwards and backwards, then the report.</summary>
internal sealed class BenchRun(BenchOptions options)
{
    // The runtime compiles hot methods twice more, in batches, each after a while without new ones: that takes pauses more than requests.
    // After three passes of any length it was still at it in the measured rounds, with 5 % of the CPU time.
    private const int WarmUpPasses = 10;

    private static readonly TimeSpan WarmUpPause = TimeSpan.FromMilliseconds(300);

    private readonly Programs _programs = new(options.Program);

    /// <returns>0 when every goal was reached, else 1.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var report = new Report(options);
        foreach (var group in ScenarioGroups.For(options))
        {
            Progress($"{group.Title}: starting {group.Scenarios.Count} scenarios");
            var results = await MeasureAsync(group, cancellationToken).ConfigureAwait(false);
            report.Add(group, results);
            await Console.Out.WriteLineAsync(TextTable.Of(group, results)).ConfigureAwait(false);
        }
        await report.WriteAsync(cancellationToken).ConfigureAwait(false);
        return report.GoalsReached ? 0 : 1;
    }

    private async Task<IReadOnlyList<Result>> MeasureAsync(ScenarioGroup group, CancellationToken cancellationToken)
    {
        var tracks = new List<Track>();
        await using var sinks = await SinkFleet.StartAsync(_programs, group.Scenarios.Max(s => s.Backends), cancellationToken).ConfigureAwait(false);
        try
        {
            foreach (var scenario in group.Scenarios)
                tracks.Add(await Track.StartAsync(scenario, options, _programs, sinks, cancellationToken).ConfigureAwait(false));
            for (int pass = 0; pass < WarmUpPasses; pass++)
            {
                Progress($"  warming up, {pass + 1} of {WarmUpPasses}");
                foreach (var track in tracks)
                    await track.WarmUpAsync(options.WarmUpRequests / WarmUpPasses, cancellationToken).ConfigureAwait(false);
                await Task.Delay(WarmUpPause, cancellationToken).ConfigureAwait(false);
            }
            for (int round = 0; round < options.Rounds; round++)
            {
                Progress($"  round {round + 1} of {options.Rounds}");
                foreach (var track in round % 2 == 0 ? tracks : Enumerable.Reverse(tracks))
                    await track.MeasureAsync(options.RequestsPerRound, cancellationToken).ConfigureAwait(false);
            }
            return [.. tracks.Select(Result.Of)];
        }
        finally
        {
            foreach (var track in tracks)
                await track.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static void Progress(string line) => Console.Error.WriteLine(line);
}
