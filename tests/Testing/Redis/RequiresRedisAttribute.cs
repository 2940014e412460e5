using OrleansLb.Testing.Requirements;

namespace OrleansLb.Testing.Redis;

/// <summary>The tests of a class start a Redis server.</summary>
public sealed class RequiresRedisAttribute : RequirementAttribute
{
    public override string? Missing => RedisServer.Missing;
}
