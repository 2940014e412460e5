using System.Net;
using OrleansLb.EndToEnd.Tests.Chaos;
using OrleansLb.EndToEnd.Tests.Histories;
using OrleansLb.EndToEnd.Tests.Infrastructure;
using OrleansLb.Testing;
using OrleansLb.Testing.Postgres;
using Xunit.Abstractions;

namespace OrleansLb.EndToEnd.Tests;

/// <summary>The running program with its queues in PostgreSQL.</summary>
public sealed class PostgresQueueTests(ITestOutputHelper output)
{
    private static readonly ProgramStep Kill = new(TimeSpan.Zero, IsKilled: true, TimeSpan.Zero);

    [PostgresFact]
    public async Task Everything_that_was_acknowledged_arrives_whatever_is_killed_and_while_the_database_is_away()
    {
        var random = new Random(TestSeed.Choose(output.WriteLine));
        using var server = new PostgresServer();
        var recorder = new HistoryRecorder(TimeProvider.System);
        var timeline = new Timeline(recorder);
        await using var a = await ChaosBackend.StartAsync(IPAddress.Loopback, 0, recorder, timeline);
        await using var b = await ChaosBackend.StartAsync(IPAddress.Loopback, 0, recorder, timeline);
        recorder.BeginsWith(a.Index, b.Index);
        b.Server.Script = static _ => Random.Shared.Next(2) == 0 ? Reply.Unavailable : Reply.Ok;
        string configuration = Configurations.Balancer([a.Server, b.Server], otlp: "queue {\nstorage = orleanslb.storage.postgres.shared.handler\n}")
            + $"\n\norleanslb.storage.postgres \"shared\" {{\nconnection_string = \"{server.NewSchema()}\"\n}}\n";
        using var noHosts = new HostsFile("none.internal");
        await using var program = new ChaosProgram(configuration, noHosts, isDurable: true, ChaosSettings.Grace, recorder, timeline);
        await program.StartAsync();
        using var enough = new CancellationTokenSource();
        Task[] clients = [.. Enumerable.Range(1, 3).Select(number => new ChaosClient(number, new Random(random.Next()), program, recorder))
            .Select(client => Task.Run(() => client.RunAsync(enough.Token)))];

        for (int round = 0; round < 3; round++)
        {
            await MoreAsync(AttemptOutcome.Acknowledged, random.Next(20, 200));
            await program.RestartAsync(Kill, CancellationToken.None);
        }

        await MoreAsync(AttemptOutcome.Acknowledged, 50);
        timeline.Add("the database stops");

        // a part that is under way to its backend when the store cannot take it is refused, and may have been taken: that excuses the copy that its client sends
        var storeIsBack = recorder.Disturbing(backend: null, reach: TimeSpan.Zero, "the store is away", answersAll: true);
        server.Stop();
        await MoreAsync(AttemptOutcome.RefusedForNow, 50);
        server.Start();
        timeline.Add("the database is back");
        await MoreAsync(AttemptOutcome.Acknowledged, 50);
        storeIsBack();

        b.Server.Script = static _ => Reply.Ok;
        await enough.CancelAsync();
        await Task.WhenAll(clients);
        await program.FinishAsync();
        var verdict = HistoryChecker.Check(recorder.ToHistory(new HistoryRules()));
        output.WriteLine($"{timeline}\n{verdict}");
        Assert.True(verdict.Holds, verdict.ToString());

        Task MoreAsync(AttemptOutcome outcome, int requests)
        {
            int before = recorder.Count(outcome);
            return Eventually.Holds(() => recorder.Count(outcome) >= before + requests);
        }
    }
}
