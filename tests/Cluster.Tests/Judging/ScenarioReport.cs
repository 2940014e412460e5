using System.Text.Json;

namespace OrleansLb.Cluster.Tests.Judging;

/// <summary>The results of a test run, as a table and as JSON: beside the tests, or in the directory that the environment variable names.</summary>
public sealed class ScenarioReport
{
    /// <summary>The environment variable with the directory of the report.</summary>
    public const string Variable = "ORLEANSLB_CLUSTER_REPORT";

    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    private readonly List<ScenarioResult> _results = [];

    /// <summary>Adds one and writes all that there are, so that a run that is cut short has them too.</summary>
    internal void Add(ScenarioResult result)
    {
        _results.Add(result);
        string directory = Environment.GetEnvironmentVariable(Variable) ?? AppContext.BaseDirectory;
        Directory.CreateDirectory(directory);
        File.WriteAllLines(Path.Combine(directory, "cluster-scenarios.txt"), [ScenarioResult.Heading, .. _results.Select(static r => r.ToString())]);
        File.WriteAllText(Path.Combine(directory, "cluster-scenarios.json"), JsonSerializer.Serialize(_results, s_json));
    }
}
