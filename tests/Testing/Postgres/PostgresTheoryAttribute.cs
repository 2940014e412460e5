using Xunit;

namespace OrleansLb.Testing.Postgres;

/// <summary>A theory that starts a PostgreSQL server, and is skipped where there is none to start.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PostgresTheoryAttribute : TheoryAttribute
{
    /// <summary>Looks for the programs of the server.</summary>
    public PostgresTheoryAttribute() => Skip = PostgresPrograms.Missing;
}
