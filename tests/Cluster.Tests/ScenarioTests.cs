using System.Globalization;
using OrleansLb.Cluster.Tests.Judging;
using OrleansLb.Cluster.Tests.Running;
using OrleansLb.Cluster.Tests.Scenarios;
using OrleansLb.EndToEnd.Tests.Histories;
using OrleansLb.Testing.Postgres;
using Xunit.Abstractions;

namespace OrleansLb.Cluster.Tests;

/// <summary>
/// What may happen to a cluster under load. The short form runs a few scenarios with little load; with <see cref="RoundsVariable"/> every scenario runs so many times, with stored queues and with queues in memory.
/// </summary>
public sealed class ScenarioTests(PostgresServer queueStore, ScenarioReport report, ITestOutputHelper output) : IClassFixture<PostgresServer>, IClassFixture<ScenarioReport>
{
    /// <summary>The environment variable with the number of rounds of the long form.</summary>
    public const string RoundsVariable = "ORLEANSLB_CLUSTER_ROUNDS";

    /// <summary>The environment variable with the names of scenarios, separated by commas; the others are left out of the long form.</summary>
    public const string NamesVariable = "ORLEANSLB_CLUSTER_SCENARIOS";

    private static int Rounds => int.TryParse(Environment.GetEnvironmentVariable(RoundsVariable), CultureInfo.InvariantCulture, out int rounds) ? rounds : 0;

    /// <summary>Scenario, queues and round.</summary>
    public static TheoryData<string, string, int> Cases()
    {
        var cases = new TheoryData<string, string, int>();
        string[] names = Environment.GetEnvironmentVariable(NamesVariable)?.Split(',') ?? [];
        for (int round = 1; round <= Rounds; round++)
        {
            foreach (var scenario in ScenarioTable.All.Where(scenario => names.Length == 0 || names.Contains(scenario.Name)))
            {
                cases.Add(scenario.Name, "stored", round);
                cases.Add(scenario.Name, "memory", round);
            }
        }

        if (Rounds == 0)
        {
            foreach (var scenario in ScenarioTable.All)
            {
                if (scenario.ShortFormIsDurable is { } isDurable)
                    cases.Add(scenario.Name, isDurable ? "stored" : "memory", 1);
            }
        }

        return cases;
    }

    [PostgresTheory]
    [MemberData(nameof(Cases))]
    public async Task Nothing_is_lost_and_nobody_waits_whatever_happens_to_one_member(string name, string queues, int round)
    {
        var scenario = ScenarioTable.All.Single(scenario => scenario.Name == name);
        bool isDurable = queues == "stored";
        using var memberStore = new PostgresServer();
        var load = Rounds > 0 ? Load.Long : Load.Short;
        await using var run = new ClusterRun(memberStore, isDurable, load);
        try
        {
            await run.StartAsync(queueStore, scenario.Silos, scenario.Ingresses);
            await scenario.HappensAsync(run);
            await run.FinishAsync();
        }
        finally
        {
            output.WriteLine($"round {round}\n{run.Story}");
        }

        var result = ScenarioJudge.Judge(scenario, isDurable, run.Record, run.Record.History.ToHistory(new HistoryRules()), load.LongestStall);
        report.Add(result);
        output.WriteLine($"{ScenarioResult.Heading}\n{result}");
        if (result.Faults.Count > 0)
            output.WriteLine(run.Logs);
        Assert.Empty(result.Faults);
    }
}
