using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Storage;
using OrleansLb.Clustering.Hosting;
using OrleansLb.Clustering.Settings;
using OrleansLb.Testing.Postgres;
using OrleansLb.Testing.Redis;

namespace OrleansLb.Clustering.Tests.Contract;

/// <summary>What the records of a cluster's grains need of the place where its members are.</summary>
public abstract class RecordStoreContract : IAsyncLifetime
{
    private const string Store = "records";
    private static readonly GrainId s_grain = GrainId.Create("resolver", "otelcol.exporter.loadbalancing.default");

    private readonly List<IHost> _hosts = [];

    protected abstract string Clustering { get; }

    protected abstract string ConnectionString { get; }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var host in _hosts)
            await ((IAsyncDisposable)host).DisposeAsync();
    }

    [KitFact]
    public async Task What_one_silo_has_written_another_one_reads()
    {
        string cluster = $"c{Guid.NewGuid():N}";
        var one = await OpenAsync(cluster);
        var other = await OpenAsync(cluster);
        var none = new GrainState<Record>();
        await other.ReadStateAsync("state", s_grain, none);
        Assert.False(none.RecordExists);
        Assert.Null(none.ETag);
        Assert.NotNull(none.State);

        await one.WriteStateAsync("state", s_grain, new GrainState<Record>(new Record { Text = "ä", Numbers = [1, 2] }));
        var read = new GrainState<Record>();
        await other.ReadStateAsync("state", s_grain, read);
        Assert.True(read.RecordExists);
        Assert.Equal(("ä", "1,2"), (read.State!.Text, string.Join(',', read.State!.Numbers)));
    }

    [KitFact]
    public async Task Who_has_not_read_the_newest_cannot_write_and_nothing_changes()
    {
        string cluster = $"c{Guid.NewGuid():N}";
        var one = await OpenAsync(cluster);
        var other = await OpenAsync(cluster);
        var first = new GrainState<Record>(new Record { Text = "first" });
        var late = new GrainState<Record>(new Record { Text = "late" });
        await one.WriteStateAsync("state", s_grain, first);
        await Assert.ThrowsAsync<InconsistentStateException>(() => other.WriteStateAsync("state", s_grain, late));

        await other.ReadStateAsync("state", s_grain, late);
        first.State = new Record { Text = "second" };
        await one.WriteStateAsync("state", s_grain, first);
        await Assert.ThrowsAsync<InconsistentStateException>(() => other.WriteStateAsync("state", s_grain, late));

        await other.ReadStateAsync("state", s_grain, late);
        Assert.Equal("second", late.State!.Text);
        first.State = new Record { Text = "third" };
        await one.WriteStateAsync("state", s_grain, first);
    }

    [KitFact]
    public async Task Of_many_that_write_at_the_same_time_one_does()
    {
        var stores = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => OpenAsync("crowd")));
        var grain = GrainId.Create("resolver", Guid.NewGuid().ToString("N"));
        bool[] won = await Task.WhenAll(stores.Select((store, i) => Task.Run(async () =>
        {
            try
            {
                await store.WriteStateAsync("state", grain, new GrainState<Record>(new Record { Text = $"{i}" }));
                return true;
            }
            catch (InconsistentStateException)
            {
                return false;
            }
        })));
        int winner = Assert.Single(Enumerable.Range(0, 4), i => won[i]);
        var read = new GrainState<Record>();
        await stores[0].ReadStateAsync("state", grain, read);
        Assert.Equal($"{winner}", read.State!.Text);
    }

    [KitFact]
    public async Task Names_grains_and_clusters_have_records_of_their_own()
    {
        var store = await OpenAsync("one");
        await store.WriteStateAsync("a", s_grain, new GrainState<Record>(new Record { Text = "a" }));
        foreach (var (other, name, grain) in new[] { (store, "b", s_grain), (store, "a", GrainId.Create("resolver", "other")), (await OpenAsync("two"), "a", s_grain) })
        {
            var read = new GrainState<Record>();
            await other.ReadStateAsync(name, grain, read);
            Assert.False(read.RecordExists);
        }
    }

    private async Task<IGrainStorage> OpenAsync(string cluster)
    {
        var settings = new ClusterSettings
        {
            Clustering = Clustering,
            ClusterId = cluster,
            ConnectionString = new Secret(ConnectionString),
            AdvertisedAddress = "127.0.0.1",
        };
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddLogging();
        builder.Services.AddOrleans(silo => silo.UseCluster(settings).AddClusterRecords(settings, Store));
        var host = builder.Build();
        _hosts.Add(host);
        var store = host.Services.GetRequiredKeyedService<IGrainStorage>(Store);

        // what the start of a silo would do
        if (store is ILifecycleParticipant<ISiloLifecycle> participant)
        {
            var lifecycle = new SiloLifecycleSubject(NullLogger<SiloLifecycleSubject>.Instance);
            participant.Participate(lifecycle);
            await lifecycle.OnStart();
        }

        return store;
    }

    public sealed class Record
    {
        public string Text { get; set; } = "";

        public int[] Numbers { get; set; } = [];
    }
}

/// <summary>In PostgreSQL.</summary>
[RequiresPostgres]
public sealed class PostgresRecordStoreTests(PostgresServer server) : RecordStoreContract, IClassFixture<PostgresServer>
{
    private string? _schema;

    protected override string Clustering => "postgres";

    protected override string ConnectionString => _schema ??= server.NewSchema();
}

/// <summary>In Redis.</summary>
[RequiresRedis]
public sealed class RedisRecordStoreTests(RedisServer server) : RecordStoreContract, IClassFixture<RedisServer>
{
    protected override string Clustering => "redis";

    protected override string ConnectionString => server.ConnectionString;
}

/// <summary>In a directory.</summary>
public sealed class FileRecordStoreTests : RecordStoreContract, IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("olb-records-");

    protected override string Clustering => "file";

    protected override string ConnectionString => _directory.FullName;

    public void Dispose() => _directory.Delete(recursive: true);
}
