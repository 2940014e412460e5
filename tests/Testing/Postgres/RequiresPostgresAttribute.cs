using OrleansLb.Testing.Requirements;

namespace OrleansLb.Testing.Postgres;

/// <summary>The tests of a class start a PostgreSQL server.</summary>
public sealed class RequiresPostgresAttribute : RequirementAttribute
{
    public override string? Missing => PostgresPrograms.Missing;
}
