namespace OrleansLb.Storage.Postgres;

/// <summary>A store in a PostgreSQL database, which any number of processes may share.</summary>
public sealed record PostgresStorageOptions
{
    /// <summary>
    /// In Npgsql's form: <c>Host=…;Username=…;Password=…;Database=…</c>. Its timeouts hold for every call, its <c>Search Path</c> says in
    /// which schema the tables are.
    /// </summary>
    public required string ConnectionString { get; init; }
}
