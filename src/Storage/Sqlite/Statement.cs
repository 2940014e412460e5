using OrleansLb.Storage.States;
using SQLitePCL;

namespace OrleansLb.Storage.Sqlite;

/// <summary>A prepared statement. Parameters are counted from 1, columns from 0, as SQLite does.</summary>
internal sealed class Statement(Connection connection, sqlite3_stmt handle) : IDisposable
{
    public void Bind(int index, long value) => connection.Check(raw.sqlite3_bind_int64(handle, index, value));

    public void Bind(int index, ReadOnlySpan<byte> value) =>
        connection.Check(value.IsEmpty ? raw.sqlite3_bind_zeroblob(handle, index, 0) : raw.sqlite3_bind_blob(handle, index, value));

    /// <summary>Binds the three parts of a key from this parameter on.</summary>
    public void Bind(int index, in StateKey key)
    {
        Bind(index, key.GrainType.Span);
        Bind(index + 1, key.GrainKey.Span);
        Bind(index + 2, key.Name.Span);
    }

    /// <summary>True: there is a row.</summary>
    /// <exception cref="SqliteFailure"/>
    public bool Step()
    {
        int result = raw.sqlite3_step(handle);
        connection.Check(result);
        return result == raw.SQLITE_ROW;
    }

    public long Int64(int column) => raw.sqlite3_column_int64(handle, column);

    /// <summary>SQLite's own memory: gone with the next call of this statement.</summary>
    public ReadOnlySpan<byte> Blob(int column) => raw.sqlite3_column_blob(handle, column);

    /// <summary>Steps once and resets.</summary>
    /// <exception cref="SqliteFailure"/>
    public void Run()
    {
        try
        {
            Step();
        }
        finally
        {
            Reset();
        }
    }

    /// <summary>Ends the statement's read and lets go of its parameters. The error that a reset repeats was thrown by the step.</summary>
    public void Reset()
    {
        raw.sqlite3_reset(handle);
        raw.sqlite3_clear_bindings(handle);
    }

    public void Dispose() => handle.Dispose();
}
