using OrleansLb.Storage.Postgres;
using OrleansLb.Storage.Sqlite;

namespace OrleansLb.Configuration;

/// <summary>A store that a component declares; queues find it by the component's ID. One of the two is set.</summary>
public sealed record StoreDeclaration
{
    /// <summary>The component, and the name of the store.</summary>
    public required string ComponentId { get; init; }

    /// <summary>Where the component stands, as <c>file:line:column</c>: for faults that show only when flags are known.</summary>
    public string Place { get; init; } = "";

    /// <summary>A store in files. An empty directory means the one that is named like the component, in the program's storage path.</summary>
    public SqliteStorageOptions? Sqlite { get; init; }

    /// <summary>A store in a database.</summary>
    public PostgresStorageOptions? Postgres { get; init; }
}
