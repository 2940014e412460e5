using Npgsql;
using OrleansLb.Storage.Committing;
using OrleansLb.Storage.States;

namespace OrleansLb.Storage.Postgres;

/// <summary>A store in two tables of a PostgreSQL database. One connection writes; reads take others from a pool.</summary>
internal sealed class PostgresDatabase(PostgresStorageOptions options) : IStateDatabase
{
    private NpgsqlDataSource? _source;
    private NpgsqlConnection? _connection;
    private ChangeBatch? _writer;

    public void Open()
    {
        _source ??= CreateSource();
        try
        {
            using var connection = _source.OpenConnection();
            PostgresSchema.Migrate(connection);
        }
        catch (Exception exception) when (PostgresFailure.Is(exception))
        {
            throw PostgresFailure.ForCallers(exception, "open the store");
        }
    }

    public void Commit(IReadOnlyList<StateChange> changes)
    {
        try
        {
            if (_connection is null)
            {
                _connection = _source!.OpenConnection();
                _writer = new ChangeBatch(_connection);
            }

            _writer!.Commit(changes);
        }
        catch (Exception exception) when (PostgresFailure.Is(exception))
        {
            // the pool finds out whether the connection still serves
            _connection?.Dispose();
            _connection = null;
            throw PostgresFailure.ForCallers(exception, "write");
        }
    }

    public void Tidy(bool idle)
    {
        // the server does
    }

    public async Task<StoredState<T>> ReadAsync<T>(StateKey key, StateCodec<T> codec, CancellationToken cancellationToken)
    {
        try
        {
            await using var command = _source!.CreateCommand(
                "SELECT version, checksum, data FROM orleanslb_state WHERE grain_type = $1 AND grain_key = $2 AND name = $3");
            ChangeBatch.AddKey(command.Parameters, key);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            return await reader.ReadAsync(cancellationToken).ConfigureAwait(false)
                ? StoredState<T>.Decode(key, reader.GetInt64(0), (uint)reader.GetInt64(1), reader.GetFieldValue<byte[]>(2), codec)
                : default;
        }
        catch (Exception exception) when (PostgresFailure.Is(exception) && exception is not ObjectDisposedException)
        {
            throw PostgresFailure.ForCallers(exception, $"read {key}");
        }
    }

    public void Dispose()
    {
        _connection?.Dispose();
        _source?.Dispose();
    }

    private NpgsqlDataSource CreateSource()
    {
        if (PostgresStorageOptions.Check(options.ConnectionString) is { } wrong)
            throw new StorageOpenException(wrong);
        var settings = new NpgsqlConnectionStringBuilder(options.ConnectionString);
        if (!settings.ContainsKey("Max Auto Prepare"))
            settings.MaxAutoPrepare = 8;
        return NpgsqlDataSource.Create(settings);
    }
}
