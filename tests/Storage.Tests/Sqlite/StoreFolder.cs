using OrleansLb.Storage.Sqlite;

namespace OrleansLb.Storage.Tests.Sqlite;

/// <summary>A directory for one test's store.</summary>
internal sealed class StoreFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("orleanslb-storage-").FullName;

    public string File => System.IO.Path.Combine(Path, SqliteDatabase.FileName);

    public SqliteStorageOptions Options => new() { Directory = Path };

    public static DatabaseGrainStorage Create(SqliteStorageOptions options) => StoreFactory.Create(new SqliteDatabase(options));

    public Task<DatabaseGrainStorage> OpenAsync(SqliteStorageOptions? options = null) => StoreFactory.OpenAsync(new SqliteDatabase(options ?? Options));

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
