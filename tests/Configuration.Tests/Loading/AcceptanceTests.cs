using OrleansLb.Configuration.Diagnostics;
using OrleansLb.Grains.Options;
using OrleansLb.Testing;

namespace OrleansLb.Configuration.Tests.Loading;

public sealed class AcceptanceTests
{
    [AcceptanceTheory]
    [InlineData("alloy-static.alloy")]
    [InlineData("agent-flow-static.river")]
    [InlineData("alloy-dns.alloy")]
    [InlineData("agent-flow-dns.river")]
    [InlineData("alloy-dns-alloy_lb.alloy")]
    [InlineData("agent-flow-dns-agent_lb.river")]
    public void Published_configurations_load_as_they_are(string name)
    {
        var result = ConfigurationLoader.LoadFile(Path.Combine(AcceptanceFiles.Folder!, name));

        Assert.Empty(result.Diagnostics);
        var balancer = Assert.Single(result.Configuration!.LoadBalancers);
        Assert.Equal("otelcol.exporter.loadbalancing.default", balancer.ComponentId);
        if (name.Contains("static", StringComparison.Ordinal))
            Assert.Equal(["localhost:55690", "localhost:55700"], Assert.IsType<ResolverOptions.Static>(balancer.Resolver).Backends);
        else
            Assert.Equal("34621", Assert.IsType<ResolverOptions.Dns>(balancer.Resolver).Port);
    }

    [AcceptanceTheory]
    [InlineData("alloy-kubernetes.alloy", "block \"kubernetes\" is not supported yet")]
    [InlineData("alloy-kubernetes-alloy_lb.alloy", "block \"kubernetes\" is not supported yet")]
    [InlineData("agent-flow-kubernetes.river", "block \"kubernetes\" is not supported yet")]
    [InlineData("agent-flow-kubernetes-agent_lb.river", "block \"kubernetes\" is not supported yet")]
    public void Resolvers_of_later_issues_are_named(string name, string message)
    {
        var result = ConfigurationLoader.LoadFile(Path.Combine(AcceptanceFiles.Folder!, name));

        Assert.Equal(message, Assert.Single(result.Diagnostics).Message);
        Assert.Equal("kubernetes {", LineOf(result, result.Diagnostics[0])[(result.Diagnostics[0].Column - 1)..]);
    }

    [AcceptanceTheory]
    [InlineData("alloy-dns-alloy_sampling.alloy")]
    [InlineData("agent-flow-dns-agent_sampling.river")]
    [InlineData("alloy-kubernetes-alloy_sampling.alloy")]
    [InlineData("agent-flow-kubernetes-agent_sampling.river")]
    public void Components_of_later_issues_are_named(string name)
    {
        var result = ConfigurationLoader.LoadFile(Path.Combine(AcceptanceFiles.Folder!, name));

        Assert.Null(result.Configuration);
        Assert.Equal(
            ["component \"otelcol.exporter.otlp\" is not supported yet", "component \"otelcol.auth.basic\" is not supported yet"],
            result.Diagnostics.Select(diagnostic => diagnostic.Message));
    }

    private static string LineOf(LoadResult result, Diagnostic diagnostic) =>
        System.Text.Encoding.UTF8.GetString(result.Sources[diagnostic.File].Span).Split('\n')[diagnostic.Line - 1];
}
