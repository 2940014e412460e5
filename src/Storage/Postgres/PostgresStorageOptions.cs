using Npgsql;

namespace OrleansLb.Storage.Postgres;

/// <summary>A store in a PostgreSQL database, which any number of processes may share.</summary>
public sealed record PostgresStorageOptions
{
    /// <summary>
    /// In Npgsql's form: <c>Host=…;Username=…;Password=…;Database=…</c>. Its timeouts hold for every call, its <c>Search Path</c> says in
    /// which schema the tables are.
    /// </summary>
    public required string ConnectionString { get; init; }

    /// <summary>What is wrong with a connection string, so far as this can be said without connecting; null: nothing.</summary>
    public static string? Check(string connectionString)
    {
        try
        {
            var settings = new NpgsqlConnectionStringBuilder(connectionString);
            return string.IsNullOrEmpty(settings.Host) ? "connection_string must name a Host" : null;
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException)
        {
            return $"connection_string is not valid: {exception.Message}";
        }
    }
}
