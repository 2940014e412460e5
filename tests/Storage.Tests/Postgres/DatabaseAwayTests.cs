using OrleansLb.Grains.Persistence;
using OrleansLb.Storage.Postgres;
using OrleansLb.Storage.Tests.Kit;
using OrleansLb.Testing.Postgres;

namespace OrleansLb.Storage.Tests.Postgres;

[RequiresPostgres]
public sealed class DatabaseAwayTests
{
    [KitFact]
    public async Task While_the_database_is_gone_calls_fail_and_afterwards_they_succeed()
    {
        using var server = new PostgresServer();
        await using var store = await StoreFactory.OpenAsync(new PostgresDatabase(new() { ConnectionString = server.NewSchema() }));
        var kept = new GrainState<KitState>(new KitState { Number = 1 });
        await store.WriteStateAsync("state", GrainId.Create("kit", "a"), kept);

        server.Stop();
        for (int attempt = 0; attempt < 3; attempt++)
        {
            await Assert.ThrowsAnyAsync<StorageUnavailableException>(() => store.WriteStateAsync("state", GrainId.Create("kit", "a"), kept));
            await Assert.ThrowsAnyAsync<StorageUnavailableException>(() => store.ClearStateAsync("state", GrainId.Create("kit", "a"), kept));
            await Assert.ThrowsAnyAsync<StorageUnavailableException>(
                () => store.ReadStateAsync("state", GrainId.Create("kit", "a"), new GrainState<KitState>()));
        }

        server.Start();
        kept.State!.Number = 2;
        await store.WriteStateAsync("state", GrainId.Create("kit", "a"), kept);
        var read = new GrainState<KitState>();
        await store.ReadStateAsync("state", GrainId.Create("kit", "a"), read);
        Assert.Equal(2, read.State!.Number);
    }

    [KitFact]
    public async Task A_store_without_its_database_says_so_when_it_is_opened_and_opens_later()
    {
        using var server = new PostgresServer();
        string place = server.NewSchema();
        server.Stop();
        await using var store = StoreFactory.Create(new PostgresDatabase(new() { ConnectionString = place }));
        var exception = await Assert.ThrowsAnyAsync<StorageUnavailableException>(() => store.OpenAsync(CancellationToken.None));
        Assert.Contains("the database cannot be reached", exception.Message, StringComparison.Ordinal);

        server.Start();
        await store.WriteStateAsync("state", GrainId.Create("kit", "a"), new GrainState<KitState>(new KitState()));
    }
}
