using Xunit;

namespace OrleansLb.Testing.Postgres;

/// <summary>A fact that starts a PostgreSQL server, and is skipped where there is none to start.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PostgresFactAttribute : FactAttribute
{
    /// <summary>Looks for the programs of the server.</summary>
    public PostgresFactAttribute() => Skip = PostgresPrograms.Missing;
}
