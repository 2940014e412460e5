using OrleansLb.Storage.Committing;
using OrleansLb.Storage.States;
using SQLitePCL;

namespace OrleansLb.Storage.Sqlite;

/// <summary>A store in one file, written ahead into a log (WAL): a single writer, and readers that never wait for it.</summary>
internal sealed class SqliteDatabase(SqliteStorageOptions options) : IStateDatabase
{
    public const string FileName = "orleanslb.db";

    // large pages: a removed segment's pages are all visited to free them, and a quarter as many is a quarter of the work
    private const int PageSize = 16384;

    private readonly string _path = Path.Combine(options.Directory, FileName);
    private FileStream? _lock;
    private Writer? _writer;
    private Upkeep? _upkeep;
    private ReaderPool? _readers;

    public void Open()
    {
        StoreDirectory.Prepare(options);
        _lock = DirectoryLock.Take(options.Directory, options.LockTimeout);
        try
        {
            SqliteSchema.CheckFile(_path);
            OpenWriter();
            _upkeep!.Begin();
            _readers = new ReaderPool(_path);
        }
        catch (Exception exception)
        {
            CloseWriter();
            _lock.Dispose();
            _lock = null;
            if (exception is not SqliteFailure failure)
                throw;
            throw failure.SaysDamaged
                ? SqliteSchema.Damaged(_path, failure.Message, failure)
                : new StorageOpenException($"storage file {_path} cannot be opened: {failure.Message}", failure);
        }
    }

    public void Commit(IReadOnlyList<StateChange> changes)
    {
        try
        {
            if (_writer is null)
                OpenWriter();
            if (!_upkeep!.HasRoomFor(changes))
                throw new SqliteFailure(raw.SQLITE_FULL, "too little is free on the disk");
            _writer!.Commit(changes);
            _upkeep.Committed(changes);
        }
        catch (SqliteFailure failure)
        {
            if (_writer is { IsSound: false })
                CloseWriter();
            throw failure.ForCallers("write", _path);
        }
    }

    public void Tidy(bool idle) => _upkeep?.Run(idle);

    public async Task<StoredState<T>> ReadAsync<T>(StateKey key, StateCodec<T> codec, CancellationToken cancellationToken)
    {
        try
        {
            return await _readers!.RunAsync(reader => reader.Read(key, codec), cancellationToken).ConfigureAwait(false);
        }
        catch (SqliteFailure failure)
        {
            throw failure.ForCallers($"read {key}", _path);
        }
    }

    public void Dispose()
    {
        _readers?.Dispose();

        // the last connection to close moves the log into the database and removes it
        CloseWriter();
        _lock?.Dispose();
    }

    private void OpenWriter()
    {
        var connection = new Connection(_path);
        try
        {
            // both take effect only before the file's first table
            connection.Execute($"PRAGMA page_size = {PageSize}; PRAGMA journal_mode = WAL");
            connection.Execute($"PRAGMA synchronous = {(options.Fsync ? "FULL" : "NORMAL")}; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16384");
            connection.Execute($"PRAGMA wal_autocheckpoint = 0; PRAGMA journal_size_limit = {Upkeep.LogLimit}");
            SqliteSchema.Migrate(connection, _path);
            if (options.MaxBytes is { } most)
                connection.Execute($"PRAGMA max_page_count = {Math.Max(1, most / connection.Query("PRAGMA page_size"))}");
            _writer = new Writer(connection);
            _upkeep = new Upkeep(connection, options.Directory);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private void CloseWriter()
    {
        _writer?.Dispose();
        _writer = null;
        _upkeep = null;
    }
}
