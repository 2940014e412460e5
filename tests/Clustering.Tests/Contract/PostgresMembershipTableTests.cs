using OrleansLb.Clustering.Documents;
using OrleansLb.Clustering.Providers;
using OrleansLb.Testing.Postgres;

namespace OrleansLb.Clustering.Tests.Contract;

/// <summary>Our table in a PostgreSQL database.</summary>
[RequiresPostgres]
public sealed class PostgresMembershipTableTests(PostgresServer server) : MembershipTableContract, IClassFixture<PostgresServer>
{
    private readonly List<PostgresMembershipStore> _stores = [];
    private string? _place;

    public override async Task DisposeAsync()
    {
        foreach (var store in _stores)
            await store.DisposeAsync();
    }

    protected override async Task<IMembershipTable> OpenAsync() => new DocumentMembershipTable(await StoreAsync(ClusterId), ClusterId);

    [KitFact]
    public async Task Programs_that_start_together_make_the_tables_once()
    {
        _place = server.NewSchema();
        var stores = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => StoreAsync(ClusterId))));

        bool[] won = await Task.WhenAll(stores.Select(static store => store.TryWriteAsync("x"u8.ToArray(), null, default)));

        Assert.Single(won, static w => w);
    }

    [KitFact]
    public async Task Clusters_in_one_database_do_not_see_each_other()
    {
        var other = new DocumentMembershipTable(await StoreAsync("other"), "other");
        await other.InitializeMembershipTableAsync(true, default);
        var silo = new MembershipEntry { SiloAddress = SiloAddress.New(System.Net.IPAddress.Loopback, 1, 1), IAmAliveTime = DateTime.UnixEpoch };
        Assert.True(await other.InsertRowAsync(silo, (await other.ReadAllAsync(default)).Version.Next(), default));
        await other.UpdateIAmAliveAsync(silo, default);

        Assert.Empty((await Table.ReadAllAsync(default)).Members);
        await Table.DeleteMembershipTableEntriesAsync(ClusterId, default);
        Assert.Single((await other.ReadAllAsync(default)).Members);
    }

    private async Task<PostgresMembershipStore> StoreAsync(string cluster)
    {
        var store = new PostgresMembershipStore(_place ??= server.NewSchema(), cluster);
        lock (_stores)
            _stores.Add(store);
        await store.OpenAsync(default);
        return store;
    }
}
