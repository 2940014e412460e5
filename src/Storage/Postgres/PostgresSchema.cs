using Npgsql;

namespace OrleansLb.Storage.Postgres;

/// <summary>The tables, and how those of older programs become them.</summary>
internal static class PostgresSchema
{
    // any number will do, as long as it stays the same: programs that start at the same time make the tables one after the other
    private const long AdvisoryLock = 0x6f726c65616e736c;

    // step n makes version n + 1 of version n
    private static readonly string[] s_steps =
    [
        """
        CREATE TABLE orleanslb_state (
            grain_type bytea NOT NULL,
            grain_key bytea NOT NULL,
            name bytea NOT NULL,
            version bigint NOT NULL,
            checksum bigint NOT NULL,
            data bytea NOT NULL,
            PRIMARY KEY (grain_type, grain_key, name)
        );
        -- payloads are compressed already, or not worth it
        ALTER TABLE orleanslb_state ALTER COLUMN data SET STORAGE EXTERNAL;
        """,
    ];

    public static int Version => s_steps.Length;

    /// <exception cref="StorageOpenException">The tables are those of a newer program.</exception>
    /// <exception cref="NpgsqlException"/>
    public static void Migrate(NpgsqlConnection connection)
    {
        using var transaction = connection.BeginTransaction();
        Execute(connection, $"SELECT pg_advisory_xact_lock({AdvisoryLock})");
        int version = StoredVersion(connection);
        if (version > Version)
            throw new StorageOpenException(
                $"the tables in database {connection.Database} on {connection.Host} were made by a newer version of orleanslb: they have format {version}, this program knows formats up to {Version}");
        if (version == Version)
            return;
        if (version == 0)
            Execute(connection, "CREATE TABLE orleanslb_schema (version int NOT NULL); INSERT INTO orleanslb_schema VALUES (0)");
        for (int step = version; step < Version; step++)
            Execute(connection, s_steps[step]);
        Execute(connection, $"UPDATE orleanslb_schema SET version = {Version}");
        transaction.Commit();
    }

    private static int StoredVersion(NpgsqlConnection connection)
    {
        using var exists = new NpgsqlCommand("SELECT to_regclass('orleanslb_schema') IS NOT NULL", connection);
        if (exists.ExecuteScalar() is not true)
            return 0;
        using var version = new NpgsqlCommand("SELECT max(version) FROM orleanslb_schema", connection);
        return version.ExecuteScalar() as int? ?? 0;
    }

    private static void Execute(NpgsqlConnection connection, string sql)
    {
        using var command = new NpgsqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }
}
