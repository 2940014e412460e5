using OrleansLb.Grains.Membership;
using OrleansLb.Grains.Persistence;
using OrleansLb.Testing;
using Xunit.Abstractions;
using static OrleansLb.Grains.Tests.Membership.ResolverGrainHost;

namespace OrleansLb.Grains.Tests.Membership;

/// <summary>Epochs where several silos share the store, so that two may have an activation of one resolver grain.</summary>
public sealed class ResolverEpochTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Two_activations_over_a_store_that_fails_at_random_never_publish_two_tables_under_one_epoch()
    {
        int seed = TestSeed.Choose(output.WriteLine);
        var random = new Random(seed);
        var storage = new SharedStorage(seed);
        var published = new Dictionary<long, string>();
        ResolverGrainHost[] hosts = [await StartSharedAsync(storage, 12, "10.0.0.1"), await StartSharedAsync(storage, 12, "10.0.0.2")];
        long[] newest = [0, 0];
        try
        {
            for (int round = 0; round < 150; round++)
            {
                int i = random.Next(hosts.Length);
                storage.Failing = random.Next(3) * 0.5;
                if (random.Next(25) == 0)
                {
                    await hosts[i].DisposeAsync();
                    hosts[i] = await StartSharedAsync(storage, 12);
                    newest[i] = 0;
                }

                hosts[i].Lookup.Answer([.. Enumerable.Range(1, 9).Where(_ => random.Next(2) == 0).Select(static n => $"10.0.0.{n}")]);
                await hosts[i].Pass(random.Next(2) == 0 ? Interval : ResolverGrain.StoreRetry);
                if (await TrySnapshot(hosts[i], newest[random.Next(2)]) is not { Epoch: > 0 } snapshot)
                    continue;
                string table = $"{string.Join(' ', snapshot.Slots)} {snapshot.Lapsed}";
                Assert.True(published.TryAdd(snapshot.Epoch, table) || published[snapshot.Epoch] == table, $"epoch {snapshot.Epoch}, round {round}: {published[snapshot.Epoch]} and {table}");
                newest[i] = Math.Max(newest[i], snapshot.Epoch);
            }
        }
        finally
        {
            foreach (var host in hosts)
                await host.DisposeAsync();
        }

        output.WriteLine($"{published.Count} tables, {storage.Failures} failures of the store");
        Assert.True(published.Count > 10);
        Assert.True(storage.Failures > 10);
    }

    [Fact]
    public async Task Before_the_store_was_read_there_is_no_answer_and_the_grain_goes_on_by_itself_when_it_is_back()
    {
        var storage = new SharedStorage(0) { Failing = 1 };
        await using var host = await StartSharedAsync(storage, 12, "10.0.0.1");
        await Assert.ThrowsAsync<StorageUnavailableException>(() => host.Snapshot());
        await host.Pass(ResolverGrain.StoreRetry);
        await Assert.ThrowsAsync<StorageUnavailableException>(() => host.Snapshot());

        storage.Failing = 0;
        await host.Pass(ResolverGrain.StoreRetry);
        Assert.Equal("10.0.0.1:4317", Assert.Single((await host.Snapshot()).Slots).Backend);
        Assert.Contains(host.Measurements, static m => m.StartsWith("orleanslb_resolver_store_failures", StringComparison.Ordinal) && m.Contains("operation=read", StringComparison.Ordinal));
    }

    [Fact]
    public async Task While_the_store_is_away_tables_go_out_as_long_as_there_are_reserved_epochs()
    {
        var storage = new SharedStorage(0);
        await using var host = await StartSharedAsync(storage, 12, "10.0.0.1");
        long first = (await host.Snapshot()).Epoch;

        storage.Failing = 1;
        var epochs = new SortedSet<long>();
        for (int i = 2; i < 30; i++)
        {
            host.Lookup.Answer($"10.0.0.{i}");
            await host.Pass(Interval);
            epochs.Add((await host.Snapshot()).Epoch);
        }

        Assert.InRange(epochs.Count, 4, 12);
        Assert.True(epochs.Max <= first + 12);
        Assert.NotEqual("10.0.0.29:4317", (await host.Snapshot()).Slots[0].Backend);

        storage.Failing = 0;
        await host.Pass(ResolverGrain.StoreRetry);
        var snapshot = await host.Snapshot();
        Assert.Equal("10.0.0.29:4317", snapshot.Slots[0].Backend);
        Assert.True(snapshot.Epoch > epochs.Max);
    }

    [Fact]
    public async Task The_next_activation_begins_above_all_that_the_last_one_could_have_published_and_keeps_the_seats()
    {
        var storage = new SharedStorage(0);
        RoutingSnapshot before;
        await using (var host = await StartSharedAsync(storage, 12, "10.0.0.1", "10.0.0.2"))
        {
            host.Lookup.Answer("10.0.0.2");
            await host.Pass(Interval);
            before = await host.Snapshot();
        }

        await using var next = await StartSharedAsync(storage, 12, "10.0.0.2");
        var after = await next.Snapshot();
        Assert.Equal(before.Slots.ToArray(), after.Slots.ToArray());
        Assert.True(after.Epoch > 12, $"{after.Epoch}");
    }

    [Fact]
    public async Task An_activation_that_was_overtaken_answers_its_polls_and_goes()
    {
        var storage = new SharedStorage(0);
        await using var host = await StartSharedAsync(storage, 12, "10.0.0.1");
        var known = await host.Snapshot();
        var poll = host.Grain.GetSnapshot(known.Epoch, Patience);
        await InTime(host.Time.TimerArmed(Patience));
        await using var other = await StartSharedAsync(storage, 12, "10.0.0.1");
        await other.Snapshot();

        host.Lookup.Answer("10.0.0.3");
        await host.Pass(Interval);
        Assert.Equal(known.Epoch, (await InTime(poll)).Epoch);

        // the next activation is another one, above the other's epochs
        await Eventually.Holds(async () => (await TrySnapshot(host, 0))?.Epoch > 24);
    }

    [Fact]
    public async Task A_poll_ends_when_its_caller_has_gone()
    {
        await using var host = await StartSharedAsync(new SharedStorage(0), 12, "10.0.0.1");
        var known = await host.Snapshot();
        using var gone = new CancellationTokenSource();
        var poll = host.Grain.GetSnapshot(known.Epoch, Patience, gone.Token);
        await InTime(host.Time.TimerArmed(Patience));
        await gone.CancelAsync();
        Assert.Equal(known.Epoch, (await InTime(poll)).Epoch);
    }

    private static async Task<RoutingSnapshot?> TrySnapshot(ResolverGrainHost host, long known)
    {
        try
        {
            return await InTime(host.Grain.GetSnapshot(known, TimeSpan.Zero));
        }
        catch (StorageUnavailableException)
        {
            return null;
        }
    }
}
