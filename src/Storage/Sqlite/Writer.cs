using OrleansLb.Storage.Committing;
using SQLitePCL;

namespace OrleansLb.Storage.Sqlite;

/// <summary>The connection that changes records.</summary>
internal sealed class Writer : IDisposable
{
    private const string Where = "WHERE grain_type = ?1 AND grain_key = ?2 AND name = ?3";

    private readonly Connection _connection;
    private readonly Statement _begin, _commit, _rollback, _insert, _update, _delete, _version;

    /// <exception cref="SqliteFailure"/>
    public Writer(Connection connection)
    {
        _connection = connection;
        _begin = connection.Prepare("BEGIN IMMEDIATE");
        _commit = connection.Prepare("COMMIT");
        _rollback = connection.Prepare("ROLLBACK");
        _insert = connection.Prepare(
            "INSERT INTO state (grain_type, grain_key, name, version, checksum, data) VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING");
        _update = connection.Prepare($"UPDATE state SET version = ?4, checksum = ?5, data = ?6 {Where} AND version = ?7");
        _delete = connection.Prepare($"DELETE FROM state {Where} AND version = ?4");
        _version = connection.Prepare($"SELECT version FROM state {Where}");
    }

    /// <summary>Whether another transaction can begin.</summary>
    public bool IsSound => !_connection.InTransaction;

    /// <summary>All of them, or none.</summary>
    /// <exception cref="SqliteFailure"/>
    public void Commit(IReadOnlyList<StateChange> changes)
    {
        _begin.Run();
        try
        {
            for (int i = 0; i < changes.Count; i++)
                Apply(changes[i]);
            _commit.Run();
        }
        catch (SqliteFailure)
        {
            Rollback();
            throw;
        }
    }

    public void Dispose()
    {
        foreach (var statement in (ReadOnlySpan<Statement>)[_begin, _commit, _rollback, _insert, _update, _delete, _version])
            statement.Dispose();
        _connection.Dispose();
    }

    private void Rollback()
    {
        // a grave error has ended the transaction already
        if (!_connection.InTransaction)
            return;
        try
        {
            _rollback.Run();
        }
        catch (SqliteFailure)
        {
            // then the connection is not sound, and is closed
        }
    }

    private void Apply(StateChange change)
    {
        change.Apply();
        if (change.Removes)
            Remove(change);
        else
            Write(change);
    }

    private void Write(StateChange change)
    {
        var statement = change.Expected is null ? _insert : _update;
        statement.Bind(1, change.Key);
        statement.Bind(4, change.Version);
        statement.Bind(5, change.Checksum);
        statement.Bind(6, change.Data.Bytes.Span);
        if (change.Expected is { } expected)
            statement.Bind(7, expected);
        statement.Run();
        if (_connection.Changes == 0)
            change.Conflict(StoredVersion(change));
    }

    private void Remove(StateChange change)
    {
        if (change.Expected is { } expected)
        {
            _delete.Bind(1, change.Key);
            _delete.Bind(4, expected);
            _delete.Run();
            if (_connection.Changes == 0)
                change.Conflict(StoredVersion(change));
        }
        else if (StoredVersion(change) is { } stored)
        {
            change.Conflict(stored);
        }
    }

    private long? StoredVersion(StateChange change)
    {
        _version.Bind(1, change.Key);
        try
        {
            return _version.Step() ? _version.Int64(0) : null;
        }
        finally
        {
            _version.Reset();
        }
    }
}
