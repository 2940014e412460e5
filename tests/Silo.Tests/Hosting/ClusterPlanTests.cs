using OrleansLb.Clustering.Settings;
using OrleansLb.Configuration;
using OrleansLb.Grains.Options;
using OrleansLb.Silo.CommandLine;
using OrleansLb.Silo.Hosting;
using OrleansLb.Storage.Sqlite;

namespace OrleansLb.Silo.Tests.Hosting;

public sealed class ClusterPlanTests
{
    private static readonly ClusterSettings s_block = new()
    {
        Clustering = "redis",
        ClusterId = "block",
        ConnectionString = new Secret("block:6379"),
        AdvertisedAddress = "127.0.0.1",
    };

    private static ClusterPlan PlanOf(ClusterDeclaration? declared, RunOptions options) => ClusterPlan.Of(new PipelineConfiguration { Cluster = declared }, options);

    [Fact]
    public void Without_block_and_flags_there_is_no_cluster()
    {
        var plan = PlanOf(null, Options());

        Assert.Null(plan.Settings);
        Assert.Empty(plan.Faults);
    }

    [Theory]
    [InlineData("silo")]
    [InlineData("ingress")]
    public void Roles_that_are_half_a_program_need_a_cluster(string name)
    {
        Assert.True(ProcessRoles.TryParse(name, out var role));
        string expected = $"--role={name} needs a cluster: set clustering in the block orleanslb.cluster, or --cluster.clustering";

        Assert.Equal([$"command line: {expected}"], PlanOf(null, Options(role)).Faults);
        Assert.Equal([$"x.alloy:3:1: {expected}"], PlanOf(new(new ClusterSettings(), "x.alloy:3:1"), Options(role)).Faults);
    }

    [Theory]
    [InlineData("all", true)]
    [InlineData("silo", true)]
    [InlineData("ingress", false)]
    public void A_cluster_refuses_queues_in_files_of_one_machine(string name, bool isRefused)
    {
        Assert.True(ProcessRoles.TryParse(name, out var role));
        var exporter = new LoadBalancingOptions
        {
            ComponentId = "otelcol.exporter.loadbalancing.default",
            Resolver = new ResolverOptions.Static(["a:1"]),
            Queue = new QueueOptions { Storage = "otelcol.storage.file.queue" },
        };
        var configuration = new PipelineConfiguration
        {
            Cluster = new ClusterDeclaration(s_block, "x.alloy:1:1"),
            LoadBalancers = [exporter],
            Stores =
            [
                new StoreDeclaration { ComponentId = "otelcol.storage.file.queue", Place = "x.alloy:9:1", Sqlite = new SqliteStorageOptions { Directory = "q" } },
                new StoreDeclaration { ComponentId = "otelcol.storage.file.unused", Place = "x.alloy:12:1", Sqlite = new SqliteStorageOptions { Directory = "q" } },
            ],
        };

        string expected = "x.alloy:9:1: otelcol.storage.file.queue belongs to one machine, and the queues of otelcol.exporter.loadbalancing.default to a cluster:"
            + " use orleanslb.storage.postgres, which all silos reach";
        Assert.Equal(isRefused ? [expected] : [], ClusterPlan.Of(configuration, Options(role)).Faults);
        Assert.Empty(ClusterPlan.Of(configuration with { Cluster = null }, Options()).Faults);
    }

    [Fact]
    public void Flags_go_before_the_block_and_the_rest_stays()
    {
        var flags = new ClusterFlags { ClusterId = "flag", ConnectionString = new Secret("flag:6379"), SiloPort = 7000, GatewayPort = 7001, SiloName = "n" };

        var plan = PlanOf(new(s_block, "x.alloy:1:1"), Options(flags: flags));

        Assert.Empty(plan.Faults);
        Assert.Equal(
            s_block with { ClusterId = "flag", ConnectionString = new Secret("flag:6379"), SiloPort = 7000, GatewayPort = 7001, SiloName = "n" },
            plan.Settings);
    }

    [Fact]
    public void A_flag_for_the_file_replaces_the_connection_string_of_the_block()
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, "file:6379\n");
            var plan = PlanOf(new(s_block, "x.alloy:1:1"), Options(flags: new ClusterFlags { ConnectionStringFile = path }));

            Assert.Empty(plan.Faults);
            Assert.Null(plan.Settings!.ConnectionString);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void What_is_wrong_with_both_together_is_told_at_the_place_of_the_block()
    {
        var plan = PlanOf(new(s_block, "x.alloy:3:1"), Options(flags: new ClusterFlags { AdvertisedAddress = "10.0.0.1", SiloPort = 30000 }));

        Assert.Equal(2, plan.Faults.Count);
        Assert.All(plan.Faults, static fault => Assert.StartsWith("x.alloy:3:1: ", fault, StringComparison.Ordinal));
    }

    [Fact]
    public void An_ingress_needs_no_address_of_its_own() =>
        Assert.Empty(PlanOf(new(s_block with { AdvertisedAddress = null }, "x.alloy:1:1"), Options(ProcessRole.Ingress)).Faults);

    private static RunOptions Options(ProcessRole role = ProcessRole.All, ClusterFlags? flags = null) =>
        new() { ConfigurationPath = "x.alloy", Role = role, Cluster = flags ?? new() };
}
