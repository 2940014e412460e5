using Npgsql;
using NpgsqlTypes;
using OrleansLb.Storage.Committing;
using OrleansLb.Storage.States;

namespace OrleansLb.Storage.Postgres;

/// <summary>Sends changes as one batch, which the server runs as one transaction: a single round trip, the commit included.</summary>
internal sealed class ChangeBatch(NpgsqlConnection connection)
{
    private const string Where = "WHERE grain_type = $1 AND grain_key = $2 AND name = $3";
    private const string Insert =
        "INSERT INTO orleanslb_state (grain_type, grain_key, name, version, checksum, data) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";
    private const string Update = $"UPDATE orleanslb_state SET version = $4, checksum = $5, data = $6 {Where} AND version = $7";
    private const string Delete = $"DELETE FROM orleanslb_state {Where} AND version = $4";
    private const string Version = $"SELECT version FROM orleanslb_state {Where}";

    /// <exception cref="NpgsqlException"/>
    public void Commit(IReadOnlyList<StateChange> changes)
    {
        using var batch = new NpgsqlBatch(connection);
        for (int i = 0; i < changes.Count; i++)
        {
            changes[i].Apply();
            if (!ChangesNothing(changes[i]))
                batch.BatchCommands.Add(CommandFor(changes[i]));
        }

        if (batch.BatchCommands.Count > 0)
            batch.ExecuteNonQuery();
        int command = 0;
        for (int i = 0; i < changes.Count; i++)
        {
            if (ChangesNothing(changes[i]))
            {
                if (StoredVersion(changes[i].Key) is { } stored)
                    changes[i].Conflict(stored);
            }
            else if (batch.BatchCommands[command++].RecordsAffected == 0)
            {
                changes[i].Conflict(StoredVersion(changes[i].Key));
            }
        }
    }

    public static void AddKey(NpgsqlParameterCollection parameters, in StateKey key)
    {
        Add(parameters, key.GrainType);
        Add(parameters, key.GrainKey);
        Add(parameters, key.Name);
    }

    // removing a record that the caller knows nothing of is fine if there is none, and a conflict otherwise
    private static bool ChangesNothing(StateChange change) => change.Removes && change.Expected is null;

    private static NpgsqlBatchCommand CommandFor(StateChange change)
    {
        var command = new NpgsqlBatchCommand((change.Removes, change.Expected) switch
        {
            (false, null) => Insert,
            (false, _) => Update,
            (true, _) => Delete,
        });
        AddKey(command.Parameters, change.Key);
        if (!change.Removes)
        {
            Add(command.Parameters, change.Version);
            Add(command.Parameters, change.Checksum);
            Add(command.Parameters, change.Data.Bytes);
        }

        if (change.Expected is { } expected)
            Add(command.Parameters, expected);
        return command;
    }

    private long? StoredVersion(in StateKey key)
    {
        using var command = new NpgsqlCommand(Version, connection);
        AddKey(command.Parameters, key);
        return command.ExecuteScalar() as long?;
    }

    private static void Add(NpgsqlParameterCollection parameters, ReadOnlyMemory<byte> bytes) =>
        parameters.Add(new NpgsqlParameter<ReadOnlyMemory<byte>> { TypedValue = bytes, NpgsqlDbType = NpgsqlDbType.Bytea });

    private static void Add(NpgsqlParameterCollection parameters, long number) => parameters.Add(new NpgsqlParameter<long> { TypedValue = number });
}
