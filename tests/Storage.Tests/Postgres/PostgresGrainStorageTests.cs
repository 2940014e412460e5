using OrleansLb.Storage.Postgres;
using OrleansLb.Storage.Tests.Kit;
using OrleansLb.Testing.Postgres;
using Xunit.Abstractions;

namespace OrleansLb.Storage.Tests.Postgres;

[RequiresPostgres]
public sealed class PostgresGrainStorageTests(PostgresServer server, ITestOutputHelper output) : GrainStorageKit, IClassFixture<PostgresServer>
{
    private string? _connectionString;

    [KitFact]
    public async Task Writes_that_arrive_together_share_transactions()
    {
        var store = (DatabaseGrainStorage)Store;
        await Task.WhenAll(Enumerable.Range(0, 2000).Select(number => Write(Grain($"g{number}"), new KitState { Number = number })));

        output.WriteLine($"2000 writes in {store.Transactions} transactions");
        Assert.InRange(store.Transactions, 2, 500);
    }

    [KitFact]
    public async Task Two_processes_share_a_store_and_see_each_others_conflicts()
    {
        await using var other = await StoreFactory.OpenAsync(new PostgresDatabase(new() { ConnectionString = _connectionString! }));
        var written = await Write(Grain("a"), new KitState { Number = 1 });
        var read = new GrainState<KitState>();
        await other.ReadStateAsync("state", Grain("a"), read);
        read.State!.Number = 2;
        await other.WriteStateAsync("state", Grain("a"), read);

        await Assert.ThrowsAsync<InconsistentStateException>(() => Store.WriteStateAsync("state", Grain("a"), written));
        Assert.Equal(2, (await Read<KitState>(Grain("a"))).State!.Number);
    }

    [KitFact]
    public async Task Programs_that_start_together_make_the_tables_once()
    {
        string place = server.NewSchema();
        var stores = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => StoreFactory.OpenAsync(new PostgresDatabase(new() { ConnectionString = place }))));

        await stores[0].WriteStateAsync("state", Grain("a"), new GrainState<KitState>(new KitState { Number = 3 }));
        var read = new GrainState<KitState>();
        await stores[5].ReadStateAsync("state", Grain("a"), read);
        Assert.Equal(3, read.State!.Number);
        foreach (var store in stores)
            await store.DisposeAsync();
    }

    [KitFact]
    public async Task Tables_of_a_newer_program_are_refused_and_not_touched()
    {
        await CloseAsync();
        PostgresServer.Execute(_connectionString!, "UPDATE orleanslb_schema SET version = 99; DROP TABLE orleanslb_state");

        var exception = await Assert.ThrowsAsync<StorageOpenException>(OpenAsync);

        Assert.Contains($"have format 99, this program knows formats up to {PostgresSchema.Version}", exception.Message, StringComparison.Ordinal);
        PostgresServer.Execute(_connectionString!, "CREATE TABLE orleanslb_state (untouched int)");
    }

    [KitFact]
    public async Task A_flipped_record_is_told_and_can_be_removed()
    {
        await Write(Grain("a"), BlobState.Random(1000, seed: 1));
        await Write(Grain("b"), BlobState.Random(1000, seed: 2));
        PostgresServer.Execute(_connectionString!, "UPDATE orleanslb_state SET data = set_byte(data, 500, get_byte(data, 500) # 1) WHERE grain_key = 'a'");

        var state = new GrainState<BlobState>();
        await Assert.ThrowsAsync<Grains.Persistence.CorruptStateException>(() => Store.ReadStateAsync("state", Grain("a"), state));
        await Store.ClearStateAsync("state", Grain("a"), state);

        Assert.False((await Read<BlobState>(Grain("a"))).RecordExists);
        Assert.True((await Read<BlobState>(Grain("b"))).RecordExists);
    }

    [KitFact]
    public async Task A_record_that_the_database_refuses_does_not_take_others_with_it()
    {
        // more than an index of PostgreSQL holds
        byte[] random = BlobState.Random(10_000, seed: 1).Data;
        string endless = Convert.ToBase64String(random);
        var writes = Enumerable.Range(0, 40).Select(number => Write(Grain(number == 20 ? endless : $"g{number}"), new KitState { Number = number })).ToArray();

        for (int i = 0; i < writes.Length; i++)
        {
            if (i == 20)
                await Assert.ThrowsAsync<Grains.Persistence.StorageUnavailableException>(() => writes[i]);
            else
                await writes[i];
        }
    }

    protected override async Task<IGrainStorage> OpenAsync()
    {
        _connectionString ??= server.NewSchema();
        return await StoreFactory.OpenAsync(new PostgresDatabase(new() { ConnectionString = _connectionString }));
    }

    protected override void Print(string line) => output.WriteLine(line);
}
