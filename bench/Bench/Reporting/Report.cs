using System.Runtime.InteropServices;
using System.Text.Json;
using OrleansLb.Bench.Measuring;
using OrleansLb.Bench.Scenarios;

namespace OrleansLb.Bench.Reporting;

/// <summary>All results of a run as JSON.</summary>
internal sealed class Report(BenchOptions options)
{
    private readonly List<GroupReport> _groups = [];

    /// <summary>Every goal of every group that was measured.</summary>
    public bool GoalsReached => _groups.SelectMany(g => g.Goals).All(g => g.Reached);

    public void Add(ScenarioGroup group, IReadOnlyList<Result> results) =>
        _groups.Add(new GroupReport(group.Name, group.Title, results, GoalResult.Of(group, results)));

    /// <summary>Writes it to standard output and, if asked for, to a file.</summary>
    public async Task WriteAsync(CancellationToken cancellationToken)
    {
        string json = JsonSerializer.Serialize(
            new
            {
                Runtime = RuntimeInformation.FrameworkDescription,
                Processors = Environment.ProcessorCount,
                options.Rounds,
                options.RequestsPerRound,
                options.WarmUpRequests,
                options.Concurrency,
                options.Connections,
                options.SpansPerSecond,
                Groups = _groups,
            },
            JsonSerializerOptions.Web);
        await Console.Out.WriteLineAsync(json.AsMemory(), cancellationToken).ConfigureAwait(false);
        if (options.JsonPath is { } path)
            await File.WriteAllTextAsync(path, json, cancellationToken).ConfigureAwait(false);
    }

    private sealed record GroupReport(string Name, string Title, IReadOnlyList<Result> Scenarios, IReadOnlyList<GoalResult> Goals);
}
