using System.CommandLine;
using OrleansLb.Bench.Backlog;
using OrleansLb.Bench.Measuring;
using OrleansLb.Bench.Roles;
using OrleansLb.Bench.Scenarios;

namespace OrleansLb.Bench;

/// <summary>The command line: without a command it measures; the commands are the roles of its child processes.</summary>
internal static class BenchCommand
{
    private static readonly BenchOptions Full = new();
    private static readonly BenchOptions Short = new() { Rounds = 3, RequestsPerRound = 300, WarmUpRequests = 2500 };

    public static RootCommand Create()
    {
        var quick = new Option<bool>("--quick") { Description = "Fewer and shorter rounds" };
        var only = new Option<string[]>("--only") { Description = $"Groups to run: {string.Join(", ", ScenarioGroups.Names)}" };
        only.AcceptOnlyFromAmong([.. ScenarioGroups.Names]);
        var filter = new Option<string[]>("--filter") { Description = "Only scenarios with this text in their names" };
        var rounds = new Option<int?>("--rounds") { Description = "Measured rounds of each scenario" };
        var requests = new Option<int?>("--requests") { Description = "Requests of a round" };
        var warmUp = new Option<int?>("--warm-up") { Description = "Requests before the first round" };
        var concurrency = new Option<int?>("--concurrency") { Description = "Requests in flight" };
        var connections = new Option<int?>("--connections") { Description = "Connections of the load generator" };
        var rate = new Option<double?>("--rate") { Description = "Spans per second; without it as fast as the answers come" };
        var program = new Option<string?>("--program") { Description = "Another build of orleanslb to measure" };
        var variants = new Option<string[]>("--variant") { Description = "An environment to compare with the plain one: NAME:KEY=VALUE[;KEY=VALUE…]" };
        var json = new Option<string?>("--json") { Description = "File for the results as JSON" };

        var root = new RootCommand("Measures the balancer against a pass-through relay on the same HTTP stack.")
        {
            quick, only, filter, rounds, requests, warmUp, concurrency, connections, rate, program, variants, json,
            BacklogCommand.Create(), LoadRole.Command(), RelayRole.Command(),
        };
        root.SetAction((arguments, cancellationToken) =>
        {
            var preset = arguments.GetValue(quick) ? Short : Full;
            var options = preset with
            {
                Groups = arguments.GetValue(only) ?? [],
                Filters = arguments.GetValue(filter) ?? [],
                Rounds = arguments.GetValue(rounds) ?? preset.Rounds,
                RequestsPerRound = arguments.GetValue(requests) ?? preset.RequestsPerRound,
                WarmUpRequests = arguments.GetValue(warmUp) ?? preset.WarmUpRequests,
                Concurrency = arguments.GetValue(concurrency) ?? preset.Concurrency,
                Connections = arguments.GetValue(connections) ?? preset.Connections,
                SpansPerSecond = arguments.GetValue(rate),
                Program = arguments.GetValue(program),
                Variants = [.. (arguments.GetValue(variants) ?? []).Select(Variant.Parse)],
                JsonPath = arguments.GetValue(json),
            };
            return new BenchRun(options).RunAsync(cancellationToken);
        });
        return root;
    }
}
