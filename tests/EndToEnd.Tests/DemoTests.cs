using OrleansLb.EndToEnd.Tests.Infrastructure;

namespace OrleansLb.EndToEnd.Tests;

/// <summary>The demo is the first thing a newcomer runs, so it must hold what it prints.</summary>
public sealed class DemoTests
{
    [Fact]
    public async Task The_demo_ends_well_and_prints_its_verdict()
    {
        await using var demo = OrleansLbProcess.Start("demo", "--duration", "4s", "--rate", "2000");

        Assert.True(await demo.ExitAsync() == 0, demo.Log);
        Assert.Contains("otelcol.exporter.loadbalancing", demo.Log, StringComparison.Ordinal);
        Assert.Contains("split traces", demo.Log, StringComparison.OrdinalIgnoreCase);
        Assert.Matches("balancer CPU +[0-9.]+ CPU-seconds per million spans, after 2(\\.[0-9])? s of warm-up, at [12],[0-9]{3} spans/s", demo.Log);
    }

    [Fact]
    public async Task The_demo_fails_when_a_backend_dies()
    {
        await using var demo = OrleansLbProcess.Start("demo", "--duration", "90s", "--rate", "2000");
        await demo.LineAsync(static l => l.Contains("received", StringComparison.Ordinal));
        demo.KillChild("sink");

        Assert.Equal(1, await demo.ExitAsync());
        Assert.Contains("✗", demo.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("all good", demo.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_demo_shows_which_keys_move_when_backends_come_and_go()
    {
        await using var demo = OrleansLbProcess.Start("demo", "--duration", "9s", "--rate", "2000", "--scale-event");

        Assert.True(await demo.ExitAsync() == 0, demo.Log);
        Assert.Contains("moved", demo.Log, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task With_a_hand_over_window_the_demo_shows_that_a_join_splits_no_trace()
    {
        await using var demo = OrleansLbProcess.Start("demo", "--duration", "18s", "--rate", "2000", "--scale-event", "--handover-window", "1m");

        Assert.True(await demo.ExitAsync() == 0, demo.Log);
        Assert.Contains("handover_window    = \"60000ms\"", demo.Log, StringComparison.Ordinal);
        Assert.Matches("✓ scale-up +0.0 % of the traces under way split", demo.Log);
    }

    [Fact]
    public async Task The_demo_of_a_cluster_loses_nothing_when_a_silo_is_killed()
    {
        await using var demo = OrleansLbProcess.Start("demo", "--silos", "3", "--duration", "12s", "--rate", "2000");

        Assert.True(await demo.ExitAsync() == 0, demo.Log);
        Assert.Matches("✓ lost spans = 0 +[1-9][0-9,]* spans acknowledged, 0 lost", demo.Log);
        Assert.Contains("silo1 is killed", demo.Log, StringComparison.Ordinal);
        Assert.Matches("declared dead after [0-9]", demo.Log);
    }
}
