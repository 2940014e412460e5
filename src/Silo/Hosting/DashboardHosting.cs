using System.Diagnostics;
using Orleans.Configuration;
using Orleans.Dashboard;
using Orleans.Hosting;

namespace OrleansLb.Silo.Hosting;

/// <summary>What a silo needs to be seen on the dashboard, which measures every call of a grain, and only while it is wanted.</summary>
internal static class DashboardHosting
{
    /// <summary>Adds the dashboard's services and its filter of grain calls, or takes its grains off the silo so that those of others are never placed here.</summary>
    public static IServiceCollection AddDashboard(this IServiceCollection services, bool isOn)
    {
        if (!isOn)
        {
            return services.Configure<GrainTypeOptions>(static types =>
                types.Classes.RemoveWhere(static type => type.Assembly == typeof(DashboardOptions).Assembly));
        }

        // our log has a provider of its own, so the stream of log lines would be a page without lines
        services.AddOrleans(static silo => silo.AddDashboard(static dashboard => dashboard.HideTrace = true));
        services.AddRouting();

        // routing asks for it; elsewhere a web host brings it along
        services.AddSingleton(static _ => new DiagnosticListener("OrleansLb.Dashboard"));
        return services;
    }
}
