using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using OrleansLb.Storage.Sqlite;
using OrleansLb.Storage.States;
using OrleansLb.Storage.Telemetry;

namespace OrleansLb.Storage.Tests.Sqlite;

/// <summary>A directory for one test's store.</summary>
internal sealed class StoreFolder : IDisposable
{
    private static readonly StorageInstruments s_instruments =
        new(new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>());

    public string Path { get; } = Directory.CreateTempSubdirectory("orleanslb-storage-").FullName;

    public string File => System.IO.Path.Combine(Path, SqliteDatabase.FileName);

    public SqliteStorageOptions Options => new() { Directory = Path };

    public static DatabaseGrainStorage Create(SqliteStorageOptions options) =>
        new("test", new SqliteDatabase(options), JsonStateSerializer.Instance, new StoreMetrics(s_instruments, "test"));

    public async Task<DatabaseGrainStorage> OpenAsync(SqliteStorageOptions? options = null)
    {
        var store = Create(options ?? Options);
        await store.OpenAsync(CancellationToken.None);
        return store;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
