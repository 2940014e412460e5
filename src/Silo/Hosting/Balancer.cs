using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;
using OrleansLb.Configuration;
using OrleansLb.Grains.Exporting.Messages;
using OrleansLb.Grains.Exporting.SendingQueues;
using OrleansLb.Grains.Hosting;
using OrleansLb.Grains.Membership;
using OrleansLb.Grains.Membership.Resolving;
using OrleansLb.Grains.Options;
using OrleansLb.Ingress.Debug;
using OrleansLb.Ingress.Memory;
using OrleansLb.Ingress.Pipeline;
using OrleansLb.Otlp.Memory;
using OrleansLb.Silo.Admin;
using OrleansLb.Silo.CommandLine;
using OrleansLb.Silo.Memory;
using OrleansLb.Silo.Telemetry;
using OrleansLb.Storage;

namespace OrleansLb.Silo.Hosting;

/// <summary>All parts of a running load balancer: silo, grains, routing tables, consumers and receivers.</summary>
internal sealed class Balancer : IShutdownSteps, IAsyncDisposable
{
    /// <summary>With one process there is one lane.</summary>
    private const string Lane = "local";

    private readonly IHost _host;
    private readonly ReceiverSet _receivers;
    private readonly Readiness _readiness;

    private Balancer(IHost host, ReceiverSet receivers, Readiness readiness)
    {
        _host = host;
        _receivers = receivers;
        _readiness = readiness;
    }

    /// <summary>Puts the parts together; nothing runs yet.</summary>
    public static Balancer Create(
        PipelineConfiguration configuration,
        RunOptions options,
        MemoryPlan memory,
        Readiness readiness,
        HotKeyBoard hotKeys,
        ILoggerFactory loggers,
        TimeProvider time)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddSingleton(loggers);
        builder.Services.AddSingleton(time);
        builder.Services.AddSingleton<IHostLifetime, SilentLifetime>();
        builder.Services.AddMemory(memory);
        builder.Services.AddSingleton<IExporterCatalog>(new ExporterCatalog(configuration.LoadBalancers));
        builder.Services.AddSingleton(new LaneIdentity(Lane));
        if (options.HostsFile is { } path)
            builder.Services.AddSingleton<IHostLookup>(new HostsFileLookup(path, new SystemHostLookup()));
        builder.Services.AddStores(configuration.Stores, options.StoragePath);
        builder.Services.AddRecords(options.KeepsRecords ? options.StoragePath : null);
        builder.Services.AddLocalSilo();
        builder.Services.AddExporterGrains();
        builder.Services.AddEjection();
        builder.Services.AddMembership();
        builder.Services.AddSingleton<LoadBalancers>();
        builder.Services.AddSingleton<IFanOuts>(static services => services.GetRequiredService<LoadBalancers>());
        builder.Services.AddSingleton<ExporterDrain>();

        var host = builder.Build();
        var services = host.Services;
        services.GetRequiredService<MemoryMetrics>();
        var balancers = services.GetRequiredService<LoadBalancers>();
        ISignalConsumer[] consumers = [.. balancers.Inputs, .. configuration.DebugExporters.Select(debug => new DebugExporter(debug, Console.Out, time))];
        readiness.Show(services.GetRequiredService<IExporterCatalog>(), services.GetRequiredService<IRoutingStates>());
        hotKeys.Show(balancers.Routers.Select(static router => router.HotKeys));
        var receivers = new ReceiverSet(
            configuration,
            consumers,
            services.GetRequiredService<PayloadPool>(),
            services.GetRequiredService<MemoryGate>(),
            services.GetRequiredService<IMeterFactory>(),
            loggers,
            time,
            options.LoopbackOnly);
        return new Balancer(host, receivers, readiness);
    }

    /// <summary>
    /// Starts the silo, then the routing tables' feed, then the receivers, and says that traffic is welcome. Receivers wait until every exporter
    /// has its first table, or is known to have nobody to send to, since not every client sends again what was refused for want of a backend.
    /// </summary>
    /// <param name="stop">Ends the waiting; then no receiver is started.</param>
    /// <returns>Whether the balancer takes traffic.</returns>
    /// <exception cref="StartupException">A store cannot be opened, or a receiver cannot listen.</exception>
    public async Task<bool> StartAsync(CancellationToken stop)
    {
        try
        {
            // not interrupted: what is half started cannot be stopped in good order
            await _host.StartAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (StorageOpenException exception)
        {
            throw new StartupException(exception.Message);
        }

        await FirstAnswersAsync(stop).ConfigureAwait(false);
        if (stop.IsCancellationRequested)
            return false;
        await _receivers.StartAsync(CancellationToken.None).ConfigureAwait(false);
        _readiness.Set(true);
        return true;
    }

    public void LeaveService() => _readiness.Set(false);

    public Task StopReceiversAsync(CancellationToken cancellationToken) => _receivers.StopAsync(cancellationToken);

    public Task<IReadOnlyList<DrainReport>> DrainAsync(TimeSpan patience) =>
        _host.Services.GetRequiredService<ExporterDrain>().RunAsync(patience);

    public Task StopGrainsAsync(CancellationToken cancellationToken) => _host.StopAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _receivers.DisposeAsync().ConfigureAwait(false);
        if (_host is IAsyncDisposable disposable)
            await disposable.DisposeAsync().ConfigureAwait(false);
    }

    // no time limit of its own: how long an answer may take is the resolvers' affair, and on a slow machine everything takes longer
    private async Task FirstAnswersAsync(CancellationToken stop)
    {
        var states = _host.Services.GetRequiredService<IRoutingStates>();
        var exporters = _host.Services.GetRequiredService<IExporterCatalog>().ComponentIds;
        await Task.WhenAll(exporters.Select(id => states.FirstAnswer(id, stop))).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
