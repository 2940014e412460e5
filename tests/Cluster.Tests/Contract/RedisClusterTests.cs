using OrleansLb.Testing.Redis;
using Xunit.Abstractions;

namespace OrleansLb.Cluster.Tests.Contract;

/// <summary>A cluster whose members find each other in a Redis server.</summary>
[RequiresRedis]
public sealed class RedisClusterTests(RedisServer server, ITestOutputHelper output) : ClusterContract(output), IClassFixture<RedisServer>
{
    protected override string Clustering => "redis";

    protected override string ConnectionString => server.ConnectionString;
}
