using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Configuration;
using OrleansLb.Configuration;
using OrleansLb.Silo.CommandLine;
using OrleansLb.Silo.Hosting;

namespace OrleansLb.Silo.Tests.Hosting;

public sealed class DashboardHostingTests
{
    private static readonly RunOptions s_options = new() { ConfigurationPath = "x.alloy" };

    [Fact]
    public void While_the_dashboard_is_off_no_call_is_filtered_and_the_silo_hosts_none_of_its_grains()
    {
        var services = new ServiceCollection().AddSiloRole(new PipelineConfiguration(), s_options, cluster: null);

        Assert.Empty(Filters(services));
        Assert.DoesNotContain(Grains(services), static type => type.FullName!.StartsWith("Orleans.Dashboard.", StringComparison.Ordinal));
    }

    [Fact]
    public void While_it_is_on_calls_are_measured()
    {
        var services = new ServiceCollection().AddSiloRole(new PipelineConfiguration(), s_options, cluster: null, dashboard: true);

        Assert.Single(Filters(services));
        Assert.Contains(Grains(services), static type => type.FullName!.StartsWith("Orleans.Dashboard.", StringComparison.Ordinal));
    }

    private static IEnumerable<ServiceDescriptor> Filters(IServiceCollection services) =>
        services.Where(static service => service.ServiceType == typeof(IIncomingGrainCallFilter) || service.ServiceType == typeof(IOutgoingGrainCallFilter));

    private static HashSet<Type> Grains(IServiceCollection services)
    {
        using var provider = services.BuildServiceProvider();
        return provider.GetRequiredService<IOptions<GrainTypeOptions>>().Value.Classes;
    }
}
