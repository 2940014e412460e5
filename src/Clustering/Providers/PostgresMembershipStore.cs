using Npgsql;
using OrleansLb.Clustering.Documents;

namespace OrleansLb.Clustering.Providers;

/// <summary>The membership document of a cluster in a row of a PostgreSQL table, and the signs of life in rows of another, so that they never wait for a swap.</summary>
/// <param name="source">The database; whoever made it disposes of it.</param>
/// <param name="cluster">Tells clusters in one database apart.</param>
internal sealed class PostgresMembershipStore(NpgsqlDataSource source, string cluster) : IMembershipDocumentStore, IAsyncDisposable
{
    // any number will do, as long as it stays the same: silos that start at the same time make the tables one after the other
    private const long AdvisoryLock = 0x6f6c622d6d656d62;

    // versions come from a sequence, so that none comes again after a document was deleted
    private const string Schema = """
        CREATE SEQUENCE IF NOT EXISTS orleanslb_membership_version;
        CREATE TABLE IF NOT EXISTS orleanslb_membership (
            cluster text PRIMARY KEY,
            version bigint NOT NULL,
            document bytea NOT NULL
        );
        CREATE TABLE IF NOT EXISTS orleanslb_membership_alive (
            cluster text NOT NULL,
            silo text NOT NULL,
            alive_at timestamptz NOT NULL,
            PRIMARY KEY (cluster, silo)
        );
        """;

    private readonly NpgsqlDataSource _source = source;
    private readonly bool _ownsSource;

    /// <summary>A store with a database of its own.</summary>
    /// <param name="connectionString">In Npgsql's form; its <c>Search Path</c> says in which schema the tables are.</param>
    /// <param name="cluster">Tells clusters in one database apart.</param>
    public PostgresMembershipStore(string connectionString, string cluster)
        : this(NpgsqlDataSource.Create(connectionString), cluster) => _ownsSource = true;

    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        await using var connection = await _source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);

        // who may only read and write finds the tables made by somebody else
        await using var exists = new NpgsqlCommand("SELECT to_regclass('orleanslb_membership_alive') IS NOT NULL", connection);
        await using var create = new NpgsqlCommand($"SELECT pg_advisory_xact_lock({AdvisoryLock}); {Schema}", connection);
        if (await exists.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is not true)
            await create.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    public async Task<StoredDocument?> ReadAsync(CancellationToken cancellationToken)
    {
        await using var command = Command("SELECT version::text, document FROM orleanslb_membership WHERE cluster = $1");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        return await reader.ReadAsync(cancellationToken).ConfigureAwait(false)
            ? new StoredDocument(reader.GetFieldValue<byte[]>(1), reader.GetString(0))
            : null;
    }

    public async Task<bool> TryWriteAsync(ReadOnlyMemory<byte> content, string? expectedVersion, CancellationToken cancellationToken)
    {
        await using var command = expectedVersion is null
            ? Command("INSERT INTO orleanslb_membership VALUES ($1, nextval('orleanslb_membership_version'), $2) ON CONFLICT DO NOTHING")
            : Command("UPDATE orleanslb_membership SET version = nextval('orleanslb_membership_version'), document = $2 WHERE cluster = $1 AND version::text = $3");
        command.Parameters.Add(new NpgsqlParameter<ReadOnlyMemory<byte>> { TypedValue = content });
        if (expectedVersion is not null)
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = expectedVersion });
        return await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false) == 1;
    }

    public async Task WriteAliveAsync(string silo, DateTime time, CancellationToken cancellationToken)
    {
        await using var command = Command(
            "INSERT INTO orleanslb_membership_alive VALUES ($1, $2, $3) ON CONFLICT (cluster, silo) DO UPDATE SET alive_at = excluded.alive_at");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = silo });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = DateTime.SpecifyKind(time, DateTimeKind.Utc) });
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    public async Task<IReadOnlyDictionary<string, DateTime>> ReadAliveAsync(CancellationToken cancellationToken)
    {
        var signs = new Dictionary<string, DateTime>(StringComparer.Ordinal);
        await using var command = Command("SELECT silo, alive_at FROM orleanslb_membership_alive WHERE cluster = $1");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            signs.Add(reader.GetString(0), reader.GetDateTime(1));
        return signs;
    }

    public async Task ForgetAliveAsync(IReadOnlyCollection<string> silos, CancellationToken cancellationToken)
    {
        await using var command = Command("DELETE FROM orleanslb_membership_alive WHERE cluster = $1 AND silo = ANY ($2)");
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. silos] });
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    public async Task DeleteAsync(CancellationToken cancellationToken)
    {
        await using var command = Command(
            "WITH signs AS (DELETE FROM orleanslb_membership_alive WHERE cluster = $1) DELETE FROM orleanslb_membership WHERE cluster = $1");
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    public ValueTask DisposeAsync() => _ownsSource ? _source.DisposeAsync() : ValueTask.CompletedTask;

    private NpgsqlCommand Command(string sql)
    {
        var command = _source.CreateCommand(sql);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = cluster });
        return command;
    }
}
