using OrleansLb.Grains.Persistence;
using OrleansLb.Storage.Committing;
using SQLitePCL;

namespace OrleansLb.Storage.Sqlite;

/// <summary>What SQLite answered instead of OK.</summary>
internal sealed class SqliteFailure(int code, string message) : Exception($"SQLite error {code}: {message}")
{
    /// <summary>Without the extension, which says where in SQLite it happened.</summary>
    public int Code { get; } = code & 0xff;

    public bool SaysDamaged => Code is raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB;

    /// <summary>What the callers of the store get.</summary>
    public Exception ForCallers(string what, string file) => Code switch
    {
        raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB => new CorruptStateException($"Cannot {what}: {file} is damaged at this place ({Message}).", this),
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED => new StoreUnreachableException($"Cannot {what}: {file} is in use by another process.", this),
        raw.SQLITE_FULL => new StorageUnavailableException($"Cannot {what}: no room for {file}, the disk or the store's limit is full.", this),
        _ => new StorageUnavailableException($"Cannot {what}: {file}: {Message}.", this),
    };
}
