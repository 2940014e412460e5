using OrleansLb.Grains.Options;

namespace OrleansLb.Configuration.Tests.Loading;

public sealed class ExampleTests
{
    private static string Example(string name) => Path.Combine(AppContext.BaseDirectory, "Examples", name);

    [Fact]
    public void A_fleet_with_two_balancers_and_fan_out_loads()
    {
        var result = ConfigurationLoader.LoadFile(Example("fan-out.alloy"));

        Assert.Empty(result.Diagnostics);
        var pipeline = result.Configuration!;
        Assert.Equal(2, pipeline.LoadBalancers.Count);
        Assert.Equal(2, pipeline.Receivers.Count);
        Assert.Equal(RingKind.Collector, pipeline.LoadBalancers[1].Ring);
        Assert.Equal(3, pipeline.Receivers[0].Traces.Count);
        Assert.Equal([new("X-Scope-OrgID", "team \"a\""), new("tier", "42")], pipeline.LoadBalancers[0].Client.Headers);
    }

    [Fact]
    public void Everything_on_few_lines_with_comments_everywhere_loads()
    {
        var result = ConfigurationLoader.LoadFile(Example("dense.river"));

        Assert.Empty(result.Diagnostics);
        Assert.Equal("h", Assert.IsType<ResolverOptions.Dns>(Assert.Single(result.Configuration!.LoadBalancers).Resolver).Hostname);
    }

    [Fact]
    public void The_mistakes_of_a_bad_file_are_all_found()
    {
        var result = ConfigurationLoader.LoadFile(Example("mistakes.alloy"));

        Assert.Null(result.Configuration);
        Assert.Equal([(2, 3), (10, 19), (17, 7)], result.Diagnostics.Select(diagnostic => (diagnostic.Line, diagnostic.Column)));
    }
}
