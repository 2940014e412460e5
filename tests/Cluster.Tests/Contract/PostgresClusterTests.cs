using OrleansLb.Testing.Postgres;
using Xunit.Abstractions;

namespace OrleansLb.Cluster.Tests.Contract;

/// <summary>A cluster whose members find each other in a PostgreSQL database.</summary>
[RequiresPostgres]
public sealed class PostgresClusterTests(PostgresServer server, ITestOutputHelper output) : ClusterContract(output), IClassFixture<PostgresServer>
{
    private string? _schema;

    protected override string Clustering => "postgres";

    protected override string ConnectionString => _schema ??= server.NewSchema();
}
