using OrleansLb.Configuration;
using OrleansLb.Grains.Options;
using OrleansLb.Silo.Demo;

namespace OrleansLb.Silo.Tests.Demo;

public sealed class DemoConfigurationTests
{
    [Fact]
    public void The_static_file_loads_and_names_every_backend()
    {
        var configuration = Load(DemoConfiguration.Static(4317, ["127.0.0.1:1", "127.0.0.1:2"]));
        var resolver = Assert.IsType<ResolverOptions.Static>(configuration.LoadBalancers.Single().Resolver);
        Assert.Equal(["127.0.0.1:1", "127.0.0.1:2"], resolver.Backends);
        Assert.Equal("127.0.0.1:4317", configuration.Receivers.Single().Grpc!.Endpoint);
        Assert.Equal([configuration.LoadBalancers.Single().ComponentId], configuration.Receivers.Single().Traces);
    }

    [Fact]
    public void The_dns_file_loads_and_looks_often()
    {
        var resolver = Assert.IsType<ResolverOptions.Dns>(Load(DemoConfiguration.Dns(4317, 4000)).LoadBalancers.Single().Resolver);
        Assert.Equal("4000", resolver.Port);
        Assert.InRange(resolver.Interval, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void The_dns_file_has_the_hand_over_window_if_there_is_one()
    {
        var balancer = Assert.Single(Load(DemoConfiguration.Dns(4317, 4000, TimeSpan.FromSeconds(2.5))).LoadBalancers);
        Assert.Equal(TimeSpan.FromSeconds(2.5), balancer.Membership.HandoverWindow);
        Assert.DoesNotContain("handover", DemoConfiguration.Dns(4317, 4000), StringComparison.Ordinal);
    }

    [Fact]
    public void The_file_of_a_member_loads_with_its_cluster_and_keeps_clients_waiting()
    {
        var configuration = Load(DemoConfiguration.Clustered(4317, "/tmp/members", ["127.0.0.1:1", "127.0.0.1:2"]));
        Assert.Equal(("file", "127.0.0.1"), (configuration.Cluster!.Settings.Clustering, configuration.Cluster.Settings.AdvertisedAddress));
        var balancer = Assert.Single(configuration.LoadBalancers);
        Assert.Equal(["127.0.0.1:1", "127.0.0.1:2"], Assert.IsType<ResolverOptions.Static>(balancer.Resolver).Backends);
        Assert.True(balancer.Queue.WaitForResult);
    }

    private static PipelineConfiguration Load(string text)
    {
        var result = ConfigurationLoader.Load("demo.alloy", text, StabilityLevel.GenerallyAvailable);
        Assert.Empty(result.Diagnostics);
        return result.Configuration!;
    }
}
