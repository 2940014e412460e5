using OrleansLb.Storage.Committing;
using OrleansLb.Storage.States;

namespace OrleansLb.Storage.Sqlite;

/// <summary>A connection that reads records.</summary>
internal sealed class Reader : IDisposable
{
    private readonly Connection _connection;
    private readonly Statement _select;

    /// <exception cref="SqliteFailure"/>
    public Reader(Connection connection)
    {
        _connection = connection;
        connection.Execute("PRAGMA query_only = 1");
        _select = connection.Prepare("SELECT version, checksum, data FROM state WHERE grain_type = ?1 AND grain_key = ?2 AND name = ?3");
    }

    /// <exception cref="SqliteFailure"/>
    public StoredState<T> Read<T>(in StateKey key, StateCodec<T> codec)
    {
        _select.Bind(1, key);
        try
        {
            return _select.Step()
                ? StoredState<T>.Decode(key, _select.Int64(0), (uint)_select.Int64(1), _select.Blob(2), codec)
                : default;
        }
        finally
        {
            _select.Reset();
        }
    }

    public void Dispose()
    {
        _select.Dispose();
        _connection.Dispose();
    }
}
