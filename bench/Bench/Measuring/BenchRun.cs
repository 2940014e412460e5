using OrleansLb.Bench.Processes;
using OrleansLb.Bench.Reporting;
using OrleansLb.Bench.Scenarios;
using OrleansLb.Bench.Subjects;

namespace OrleansLb.Bench.Measuring;

/// <summary>A whole run: every group's scenarios in turns, forwards and backwards, then the report.</summary>
internal sealed class BenchRun(BenchOptions options)
{
    private readonly WarmUp _warmUp = new(options);

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
            await _warmUp.RunAsync(tracks, cancellationToken).ConfigureAwait(false);
            foreach (var track in tracks)
                await track.RehearseAsync(options.RequestsPerRound, cancellationToken).ConfigureAwait(false);
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
