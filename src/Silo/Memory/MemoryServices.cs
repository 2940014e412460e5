using System.Diagnostics.Metrics;
using OrleansLb.Ingress.Memory;
using OrleansLb.Otlp.Memory;
using OrleansLb.Silo.Telemetry;

namespace OrleansLb.Silo.Memory;

/// <summary>The account of the process' memory, and those that use it.</summary>
internal static class MemoryServices
{
    public static IServiceCollection AddMemory(this IServiceCollection services, MemoryPlan plan)
    {
        var budget = new MemoryBudget(plan.Data);
        return services
            .AddSingleton(budget)
            .AddSingleton(provider => new BoundedPayloadPool(budget, provider.GetRequiredService<TimeProvider>()))
            .AddSingleton<PayloadPool>(provider => new AccountedPayloadPool(provider.GetRequiredService<BoundedPayloadPool>(), budget))
            .AddSingleton(provider => new MemoryGate(budget, provider.GetRequiredService<IMeterFactory>(), provider.GetRequiredService<TimeProvider>()))
            .AddSingleton(provider => new MemoryMetrics(plan, budget, provider.GetRequiredService<IMeterFactory>()));
    }
}
