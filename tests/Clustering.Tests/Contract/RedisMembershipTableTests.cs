using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using Orleans.Hosting;
using OrleansLb.Clustering.Providers;
using OrleansLb.Clustering.Settings;
using OrleansLb.Testing.Redis;

namespace OrleansLb.Clustering.Tests.Contract;

/// <summary>Orleans' own table in Redis: proves the suite.</summary>
[RequiresRedis]
public sealed class RedisMembershipTableTests(RedisServer server) : MembershipTableContract, IClassFixture<RedisServer>
{
    private readonly List<IHost> _hosts = [];

    // the sign is a field of the row there, which is written whole
    protected override bool ChangesKeepSigns => false;

    public override Task DisposeAsync()
    {
        _hosts.ForEach(static host => host.Dispose());
        return Task.CompletedTask;
    }

    // the table is internal to the provider, so a silo that is never started is asked for it
    protected override async Task<IMembershipTable> OpenAsync()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddLogging();
        builder.Services.AddOrleans(silo =>
        {
            // the suite asks what is right, not how long a busy machine takes: the client's five seconds are no part of it
            new RedisClustering().Use(silo, new ClusterSettings(), $"{server.ConnectionString},connectTimeout=60000,syncTimeout=60000,asyncTimeout=60000");
            silo.Configure<ClusterOptions>(cluster =>
            {
                cluster.ClusterId = ClusterId;
                cluster.ServiceId = "orleanslb";
            });
            silo.Configure<EndpointOptions>(static endpoints => endpoints.AdvertisedIPAddress = System.Net.IPAddress.Loopback);
        });
        var host = builder.Build();
        lock (_hosts)
            _hosts.Add(host);
        var table = host.Services.GetRequiredService<IMembershipTable>();
        await table.InitializeMembershipTableAsync(true, default);
        return table;
    }
}
