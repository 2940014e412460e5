using OrleansLb.Storage.Tests.Kit;
using OrleansLb.Testing.Postgres;

namespace OrleansLb.Storage.Tests.Postgres;

/// <summary>The tests of a class start a PostgreSQL server.</summary>
internal sealed class RequiresPostgresAttribute : RequirementAttribute
{
    public override string? Missing => PostgresPrograms.Missing;
}
