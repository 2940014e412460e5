using OrleansLb.Cluster.Tests.Running;

namespace OrleansLb.Cluster.Tests.Scenarios;

/// <summary>All scenarios. In those that take a silo away, backends refuse from two seconds before to one second after, so that every lane holds something then.</summary>
internal static class ScenarioTable
{
    private static readonly TimeSpan s_holding = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_held = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_standing = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan s_storeAway = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_between = TimeSpan.FromSeconds(3);

    public static IReadOnlyList<Scenario> All { get; } =
    [
        new("nothing", static _ => Task.CompletedTask) { IsOrderly = true },
        new("kill-silo", static run => KillAsync(run, run.AnyBut(run.Resolver()))) { ShortFormIsDurable = true },
        new("kill-resolver", static run => KillAsync(run, run.Resolver())),
        new("stop-silo", StopAsync) { IsOrderly = true, ShortFormIsDurable = false },
        new("rolling-restart", RestartAsync) { IsOrderly = true },
        new("zombie", StandAsync),
        new("join", static run => run.JoinAsync()) { IsOrderly = true, Silos = 2 },
        new("members-store-away", AwayAsync) { IsOrderly = true },
        new("kill-ingress", KillIngressAsync) { Silos = 2, Ingresses = 2, ShortFormIsDurable = false },
        new("kill-gateway", static run => KillAsync(run, run.SiloMembers[0])) { Silos = 2, Ingresses = 2 },
        new("replace-backends", ReplaceAsync),
    ];

    private static async Task KillAsync(ClusterRun run, Member silo)
    {
        var hold = run.HoldBackends();
        await Task.Delay(s_holding);
        var lost = run.Record.History.Now;
        await silo.KillAsync();
        await Task.Delay(s_held);
        hold.Dispose();
        await run.KnownAsGoneAsync(silo, lost, memoryDies: true);
    }

    private static async Task StopAsync(ClusterRun run)
    {
        var silo = run.AnyBut(run.Resolver());
        var hold = run.HoldBackends();
        await Task.Delay(s_holding);
        var lost = run.Record.History.Now;
        var stopping = silo.StopAsync();
        await Task.Delay(s_held);
        hold.Dispose();
        await stopping;
        await run.KnownAsGoneAsync(silo, lost, memoryDies: false);
    }

    private static async Task RestartAsync(ClusterRun run)
    {
        foreach (var silo in run.SiloMembers)
        {
            await silo.StopAsync();
            await silo.StartAsync();
            await Task.Delay(s_between);
        }
    }

    private static async Task StandAsync(ClusterRun run)
    {
        var silo = run.AnyBut(run.Resolver());
        var hold = run.HoldBackends();
        await Task.Delay(s_holding);
        var lost = run.Record.History.Now;
        using (silo.Stand())
        {
            await Task.Delay(s_held);
            hold.Dispose();
            await run.KnownAsGoneAsync(silo, lost, memoryDies: false);
            var left = s_standing - (run.Record.History.Now - lost);
            await Task.Delay(left > TimeSpan.Zero ? left : TimeSpan.Zero);
        }

        int exitCode = await silo.Process.ExitAsync();
        silo.Gone();
        run.Record.Note($"the zombie ended with {exitCode}");
        if (exitCode == 0)
            run.Record.Fault("the zombie ended as if nothing had been the matter");
        if (!silo.Process.Log.Split('\n').Any(static line => line.Contains("dead", StringComparison.OrdinalIgnoreCase)))
            run.Record.Fault("the zombie does not say in its log that it was declared dead");
    }

    private static async Task AwayAsync(ClusterRun run)
    {
        var away = await Task.Run(run.MemberStoreAway);
        await Task.Delay(s_storeAway);
        await Task.Run(away.Dispose);
        await Task.Delay(s_between);
        foreach (var silo in run.SiloMembers)
        {
            if (silo.Process.HasExited)
                run.Record.Fault($"{silo.Name} has ended while the store of members was away");
        }
    }

    private static async Task KillIngressAsync(ClusterRun run)
    {
        var hold = run.HoldBackends();
        await Task.Delay(s_holding);
        await run.Ingresses[0].KillAsync();
        await Task.Delay(s_held);
        hold.Dispose();
        await Task.Delay(s_between);
    }

    private static async Task ReplaceAsync(ClusterRun run)
    {
        var killing = KillAsync(run, run.AnyBut(run.Resolver()));
        await Task.Delay(s_holding);
        await run.ReplaceBackendsAsync();
        await killing;
    }
}
