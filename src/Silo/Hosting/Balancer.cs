using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OrleansLb.Clustering.Hosting;
using OrleansLb.Clustering.Settings;
using OrleansLb.Configuration;
using OrleansLb.Grains.Exporting;
using OrleansLb.Grains.Exporting.Messages;
using OrleansLb.Grains.Membership;
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
    private readonly IHost _host;
    private readonly PipelineConfiguration _configuration;
    private readonly RunOptions _options;
    private readonly Readiness _readiness;
    private readonly HotKeyBoard _hotKeys;
    private readonly ClusterSettings? _cluster;
    private readonly Dashboard? _dashboard;
    private ReceiverSet? _receivers;

    private Balancer(IHost host, PipelineConfiguration configuration, RunOptions options, Readiness readiness, HotKeyBoard hotKeys, ClusterSettings? cluster, Dashboard? dashboard)
    {
        _host = host;
        _configuration = configuration;
        _options = options;
        _readiness = readiness;
        _hotKeys = hotKeys;
        _cluster = cluster;
        _dashboard = dashboard;
    }

    /// <summary>Puts the parts together; nothing runs yet.</summary>
    /// <exception cref="StartupException">A file that the settings of the cluster name cannot be used.</exception>
    public static Balancer Create(
        PipelineConfiguration configuration,
        RunOptions options,
        ClusterSettings? cluster,
        MemoryPlan memory,
        Readiness readiness,
        HotKeyBoard hotKeys,
        Dashboard? dashboard,
        ILoggerFactory loggers,
        TimeProvider time)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddSingleton(loggers);
        builder.Services.AddSingleton(time);
        builder.Services.AddSingleton<IHostLifetime, SilentLifetime>();
        builder.Services.AddMemory(memory);
        builder.Services.AddSingleton<IExporterCatalog>(new ExporterCatalog(configuration.LoadBalancers));
        try
        {
            if (options.Role.HostsSilo())
                builder.Services.AddSiloRole(configuration, options, cluster, dashboard is not null);
            else
                builder.Services.AddIngressRole(configuration, cluster!);
        }
        catch (ClusterJoinException exception)
        {
            throw new StartupException(exception.Message);
        }

        var host = builder.Build();
        var services = host.Services;
        services.GetRequiredService<MemoryMetrics>();
        readiness.Show(services.GetRequiredService<IExporterCatalog>(), services.GetRequiredService<IRoutingStates>());
        return new Balancer(host, configuration, options, readiness, hotKeys, cluster, dashboard);
    }

    /// <summary>
    /// Starts the silo, then the routing tables' feed, then the receivers, and says that traffic is welcome. Receivers wait until every exporter
    /// has its first table, or is known to have nobody to send to, since not every client sends again what was refused for want of a backend.
    /// </summary>
    /// <param name="stop">Ends the waiting; then no receiver is started.</param>
    /// <returns>Whether the balancer takes traffic.</returns>
    /// <exception cref="StartupException">A store cannot be opened, the cluster cannot be joined, or a receiver cannot listen.</exception>
    public async Task<bool> StartAsync(CancellationToken stop)
    {
        if (!await StartGrainsAsync(stop).ConfigureAwait(false) || !await LanesAsync(stop).ConfigureAwait(false))
            return false;
        ShowRouters();
        if (_options.Role.Receives())
            _receivers = CreateReceivers();
        await FirstAnswersAsync(stop).ConfigureAwait(false);
        if (stop.IsCancellationRequested)
            return false;
        if (_receivers is not null)
            await _receivers.StartAsync(CancellationToken.None).ConfigureAwait(false);
        _readiness.Set(true);
        return true;
    }

    public void LeaveService() => _readiness.Set(false);

    public Task StopReceiversAsync(CancellationToken cancellationToken) => _receivers?.StopAsync(cancellationToken) ?? Task.CompletedTask;

    public Task<IReadOnlyList<DrainReport>> DrainAsync(TimeSpan patience) =>
        _host.Services.GetService<ExporterDrain>()?.RunAsync(patience) ?? Task.FromResult<IReadOnlyList<DrainReport>>([]);

    /// <summary>Cancelled when the others have declared this process' silo dead.</summary>
    public CancellationToken DeclaredDead => _host.Services.GetService<DeclaredDead>()?.Told ?? CancellationToken.None;

    /// <summary>Empties the queues of a silo that was declared dead.</summary>
    public Task<IReadOnlyList<DrainReport>> DrainHereAsync(TimeSpan patience) => _host.Services.GetRequiredService<ActiveExporterGrains>().DrainHere(patience);

    public Task StopGrainsAsync(CancellationToken cancellationToken) => _host.StopAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_receivers is not null)
            await _receivers.DisposeAsync().ConfigureAwait(false);
        if (_host is IAsyncDisposable disposable)
            await disposable.DisposeAsync().ConfigureAwait(false);
    }

    private async Task<bool> StartGrainsAsync(CancellationToken stop)
    {
        try
        {
            // A silo's start is not interrupted: what is half started cannot be stopped in good order. A client's may wait for ever.
            await _host.StartAsync(_options.Role.HostsSilo() ? CancellationToken.None : stop).ConfigureAwait(false);
        }
        catch (StorageOpenException exception)
        {
            throw new StartupException(exception.Message);
        }
        catch (Exception) when (stop.IsCancellationRequested && !_options.Role.HostsSilo())
        {
            return false;
        }
#pragma warning disable CA1031 // whatever a store of members throws: the operator wants its message, not its stack
        catch (Exception exception) when (_cluster is not null)
#pragma warning restore CA1031
        {
            throw new StartupException($"cannot join the cluster: {JoinFailure.Text(exception, _cluster!)}");
        }

        _host.Services.GetService<ClusterMetrics>();
        _dashboard?.Show(_host.Services);
        return true;
    }

    private async Task<bool> LanesAsync(CancellationToken stop)
    {
        try
        {
            if (_host.Services.GetService<LanesOfLivingSilos>() is { } lanes)
                await lanes.KnownAsync(stop).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return false;
        }
    }

    // the routers are made now that the lanes are known; a silo without receivers has them for its sending queues
    private void ShowRouters() => _hotKeys.Show(_host.Services.GetRequiredService<LoadBalancers>().Routers.Select(static router => router.HotKeys));

    private ReceiverSet CreateReceivers()
    {
        var services = _host.Services;
        var balancers = services.GetRequiredService<LoadBalancers>();
        var loggers = services.GetRequiredService<ILoggerFactory>();
        var time = services.GetRequiredService<TimeProvider>();
        ISignalConsumer[] consumers = [.. balancers.Inputs, .. _configuration.DebugExporters.Select(debug => new DebugExporter(debug, Console.Out, time))];
        return new ReceiverSet(
            _configuration,
            consumers,
            services.GetRequiredService<PayloadPool>(),
            services.GetRequiredService<MemoryGate>(),
            services.GetRequiredService<IMeterFactory>(),
            loggers,
            time,
            _options.LoopbackOnly);
    }

    // no time limit of its own: how long an answer may take is the resolvers' affair, and on a slow machine everything takes longer
    private async Task FirstAnswersAsync(CancellationToken stop)
    {
        var states = _host.Services.GetRequiredService<IRoutingStates>();
        var exporters = _host.Services.GetRequiredService<IExporterCatalog>().ComponentIds;
        await Task.WhenAll(exporters.Select(id => states.FirstAnswer(id, stop))).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
