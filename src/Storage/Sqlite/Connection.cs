using SQLitePCL;

namespace OrleansLb.Storage.Sqlite;

/// <summary>One connection of SQLite's, used by one thread at a time.</summary>
internal sealed class Connection : IDisposable
{
    private readonly sqlite3 _handle;

    static Connection() => Batteries_V2.Init();

    /// <exception cref="SqliteFailure"/>
    public Connection(string path)
    {
        int result = raw.sqlite3_open_v2(
            path, out _handle, raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE | raw.SQLITE_OPEN_NOMUTEX, null);
        try
        {
            Check(result);
            Check(raw.sqlite3_extended_result_codes(_handle, 1));

            // writers and readers do not wait for each other; somebody's shell or backup may
            Check(raw.sqlite3_busy_timeout(_handle, 1000));
        }
        catch
        {
            _handle?.Dispose();
            throw;
        }
    }

    public bool InTransaction => raw.sqlite3_get_autocommit(_handle) == 0;

    /// <summary>Rows that the last statement changed.</summary>
    public int Changes => raw.sqlite3_changes(_handle);

    /// <exception cref="SqliteFailure"/>
    public Statement Prepare(string sql)
    {
        Check(raw.sqlite3_prepare_v3(_handle, sql, raw.SQLITE_PREPARE_PERSISTENT, out var statement));
        return new Statement(this, statement);
    }

    /// <exception cref="SqliteFailure"/>
    public void Execute(string sql) => Check(raw.sqlite3_exec(_handle, sql));

    /// <summary>The number in the first column of the first row.</summary>
    /// <exception cref="SqliteFailure"/>
    public long Query(string sql)
    {
        using var statement = Prepare(sql);
        return statement.Step() ? statement.Int64(0) : 0;
    }

    /// <summary>Moves what is written ahead into the database; returns how many pages the log has and how many of them are moved.</summary>
    /// <exception cref="SqliteFailure"/>
    public (int Pages, int Moved) Checkpoint(int mode)
    {
        int result = raw.sqlite3_wal_checkpoint_v2(_handle, "main", mode, out int pages, out int moved);
        if ((result & 0xff) != raw.SQLITE_BUSY)
            Check(result);
        return (pages, moved);
    }

    public void Check(int result)
    {
        if (result is not (raw.SQLITE_OK or raw.SQLITE_ROW or raw.SQLITE_DONE))
            throw new SqliteFailure(result, _handle is null ? raw.sqlite3_errstr(result).utf8_to_string() : raw.sqlite3_errmsg(_handle).utf8_to_string());
    }

    public void Dispose() => _handle.Dispose();
}
