using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using Orleans.Storage;
using OrleansLb.Clustering.Settings;
using OrleansLb.Grains.Exporting;
using OrleansLb.Grains.Exporting.Messages;
using OrleansLb.Grains.Exporting.SendingQueues;
using OrleansLb.Grains.Hosting;
using OrleansLb.Grains.Membership;
using OrleansLb.Grains.Options;
using OrleansLb.Grains.Sending;
using OrleansLb.Grains.Tests.Exporting;
using OrleansLb.Otlp;
using OrleansLb.Otlp.Memory;
using OrleansLb.Silo.Hosting;
using OrleansLb.Testing;
using OrleansLb.Testing.Grains;

namespace OrleansLb.Grains.Tests.Lanes;

/// <summary>Real silos of one cluster in this process, as the program makes them, each with tables and backends in the test's hand.</summary>
internal sealed class LaneCluster(Func<LoadBalancingOptions, LoadBalancingOptions>? configure = null, IGrainStorage? store = null) : IAsyncDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("olb-lanes-").FullName;
    private readonly List<LaneSilo> _silos = [];

    public LoadBalancingOptions Options { get; } = configure?.Invoke(GrainHost.Defaults) ?? GrainHost.Defaults;

    /// <summary>What the silos of another cluster know by the same store: as much as a silo that was taken for dead knows.</summary>
    public string ClusterId { get; init; } = "lanes";

    /// <summary>Starts a silo that joins. It knows other exporters when their component IDs are given.</summary>
    public async Task<LaneSilo> Start(string name, params string[] componentIds)
    {
        var silo = new LaneSilo(
            Options,
            componentIds.Length > 0 ? componentIds : [Options.ComponentId],
            new ClusterSettings
            {
                Clustering = "file",
                ClusterId = ClusterId,
                ConnectionString = new Secret(_directory),
                AdvertisedAddress = "127.0.0.1",
                SiloName = name,
                SiloPort = FreePort(),
                GatewayPort = FreePort(),
            },
            store);
        await silo.Start();
        _silos.Add(silo);
        await Eventually.Holds(() => _silos.Where(static other => !other.IsStopped).All(other => other.SeesActive(_silos)));
        return silo;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var silo in _silos)
            await silo.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

/// <summary>One silo of a <see cref="LaneCluster"/>.</summary>
internal sealed class LaneSilo : IExporterCatalog, ILoggerProvider, ILogger, IAsyncDisposable
{
    private readonly LoadBalancingOptions _options;
    private readonly ServiceProvider _services;

    public LaneSilo(LoadBalancingOptions options, string[] componentIds, ClusterSettings settings, IGrainStorage? store)
    {
        _options = options;
        Name = settings.SiloName!;
        ComponentIds = componentIds;
        FanOut = new FakeFanOut(Pool);
        var services = new ServiceCollection();
        if (store is not null)
            services.AddKeyedSingleton(options.Queue.Storage ?? options.SendingQueue?.Storage, store);
        _services = services
            .AddLogging(logging => logging.AddProvider(this).AddFilter(static (category, level) => level >= (category!.StartsWith("OrleansLb", StringComparison.Ordinal) ? LogLevel.Debug : LogLevel.Warning)))
            .AddSingleton(TimeProvider.System)
            .AddSingleton<PayloadPool>(Pool)
            .AddSingleton<IExporterCatalog>(this)
            .AddSingleton<IRoutingTables>(Tables)
            .AddSingleton<IOtlpClientPool>(Backends)
            .AddSingleton<IFanOuts>(FanOut)
            .AddClusterSilo(settings, componentIds)
            .AddExporterGrains()
            .AddSingleton<ExporterDrain>()
            .BuildServiceProvider();
        Metrics = new CounterProbe(_services.GetRequiredService<IMeterFactory>());
    }

    public string Name { get; }

    public IReadOnlyCollection<string> ComponentIds { get; }

    public bool IsStopped { get; private set; }

    public FakeTables Tables { get; } = new();

    public FakeBackends Backends { get; } = new();

    public FakeFanOut FanOut { get; }

    public DebugPayloadPool Pool { get; } = new();

    public CounterProbe Metrics { get; }

    public ConcurrentQueue<string> Log { get; } = [];

    public ActiveExporterGrains Active => _services.GetRequiredService<ActiveExporterGrains>();

    public IGrainFactory Grains => _services.GetRequiredService<IGrainFactory>();

    public LoadBalancingOptions Get(string componentId) =>
        ComponentIds.Contains(componentId) ? _options with { ComponentId = componentId } : throw new KeyNotFoundException($"no exporter has the component ID '{componentId}'");

    public bool SeesActive(IEnumerable<LaneSilo> silos)
    {
        var oracle = _services.GetRequiredService<ISiloStatusOracle>();
        return oracle.GetActiveSilos().Length == silos.Count(static silo => !silo.IsStopped);
    }

    public async Task Start()
    {
        foreach (var service in _services.GetServices<IHostedService>())
            await service.StartAsync(default);
    }

    public static string KeyOf(int slot, string lane) => new ExporterGrainKey(GrainHost.Component, slot, lane).ToString();

    public IExporterGrain Grain(int slot, string lane) => Grains.GetGrain<IExporterGrain>(KeyOf(slot, lane));

    public bool Hosts(int slot, string lane) => Active.Keys.Contains(new ExporterGrainKey(GrainHost.Component, slot, lane));

    public Task<EnqueueOutcome> Enqueue(int slot, string lane, params int[] traces) => Enqueue(slot, lane, new EnqueueTerms(), traces);

    /// <summary>Hands a part to a grain from this silo.</summary>
    public async Task<EnqueueOutcome> Enqueue(int slot, string lane, EnqueueTerms terms, params int[] traces)
    {
        var part = TraceRequest.Of(Pool, traces);
        try
        {
            return await Grain(slot, lane).Enqueue(part, terms);
        }
        finally
        {
            part.Payload.Release();
        }
    }

    /// <summary>Hands a request to a sending queue from this silo.</summary>
    public async Task<EnqueueOutcome> Send(string lane, params int[] traces)
    {
        var request = TraceRequest.Of(Pool, traces);
        try
        {
            return await Grains.GetGrain<ISendingQueueGrain>(new SendingQueueKey(GrainHost.Component, Signal.Traces, lane).ToString()).Enqueue(request, new EnqueueTerms());
        }
        finally
        {
            request.Payload.Release();
        }
    }

    /// <summary>What the program does with its queues before it ends.</summary>
    public Task<IReadOnlyList<DrainReport>> Drain(TimeSpan patience) => _services.GetRequiredService<ExporterDrain>().RunAsync(patience);

    /// <summary>Ends in good order.</summary>
    public async Task Stop()
    {
        await Drain(TimeSpan.FromSeconds(30));
        await End(CancellationToken.None);
    }

    /// <summary>Is gone without having done anything about its grains, and the others hear that at once.</summary>
    public Task Kill() => End(new CancellationToken(canceled: true));

    public async ValueTask DisposeAsync()
    {
        if (!IsStopped)
            await Kill();
        await _services.DisposeAsync();
        Metrics.Dispose();
    }

    ILogger ILoggerProvider.CreateLogger(string categoryName) => this;

    IDisposable? ILogger.BeginScope<TState>(TState state) => null;

    bool ILogger.IsEnabled(LogLevel logLevel) => true;

    void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Log.Enqueue($"{formatter(state, exception)} {exception}".TrimEnd());

    void IDisposable.Dispose()
    {
    }

    private async Task End(CancellationToken mode)
    {
        IsStopped = true;
        foreach (var service in _services.GetServices<IHostedService>().Reverse())
        {
            await service.StopAsync(mode).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
