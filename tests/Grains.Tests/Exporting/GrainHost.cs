using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans;
using Orleans.Storage;
using OrleansLb.Grains.Exporting;
using OrleansLb.Grains.Exporting.Messages;
using OrleansLb.Grains.Exporting.SendingQueues;
using OrleansLb.Grains.Hosting;
using OrleansLb.Grains.Membership;
using OrleansLb.Grains.Options;
using OrleansLb.Grains.Sending;
using OrleansLb.Otlp;
using OrleansLb.Otlp.Memory;
using OrleansLb.Silo.Hosting;
using OrleansLb.Testing;

namespace OrleansLb.Grains.Tests.Exporting;

/// <summary>Exporter grains on a silo of their own, with backends, tables and time in the test's hand.</summary>
internal sealed class GrainHost : IAsyncDisposable, IExporterCatalog
{
    public const string Component = "otelcol.exporter.loadbalancing.default";

    public static readonly LoadBalancingOptions Defaults = new()
    {
        ComponentId = Component,
        Resolver = new ResolverOptions.Static(["unused"]),
        Client = new ClientOptions { Compression = ContentCoding.Identity },
        // no jitter: a test can name the delay that it waits for
        Retry = new RetryOptions { RandomizationFactor = 0 },
    };

    private readonly LoadBalancingOptions _options;
    private readonly ServiceProvider _services;

    private GrainHost(LoadBalancingOptions options, IGrainStorage? store)
    {
        _options = options;
        var services = new ServiceCollection();
        FanOut = new FakeFanOut(Pool);
        if (store is not null)
            services.AddKeyedSingleton(options.Queue.Storage ?? options.SendingQueue?.Storage, store);
        _services = services
            .AddSingleton<TimeProvider>(Time)
            .AddSingleton<PayloadPool>(Pool)
            .AddSingleton<IExporterCatalog>(this)
            .AddSingleton<IRoutingTables>(Tables)
            .AddSingleton<IOtlpClientPool>(Backends)
            .AddSingleton<IFanOuts>(FanOut)
            .AddLocalSilo()
            .AddExporterGrains()
            .BuildServiceProvider();
        Metrics = new CounterProbe(_services.GetRequiredService<IMeterFactory>());
    }

    public FakeTime Time { get; } = new();

    public FakeTables Tables { get; } = new();

    public FakeBackends Backends { get; } = new();

    /// <summary>What the sending queues hand their requests to; nothing to do with the backends.</summary>
    public FakeFanOut FanOut { get; }

    public DebugPayloadPool Pool { get; } = new();

    public CounterProbe Metrics { get; }

    public ActiveExporterGrains Active => _services.GetRequiredService<ActiveExporterGrains>();

    IReadOnlyCollection<string> IExporterCatalog.ComponentIds => [Component];

    LoadBalancingOptions IExporterCatalog.Get(string componentId) => _options;

    /// <summary>A host whose ring has one backend, <c>a:1</c>, on slot 0.</summary>
    public static async Task<GrainHost> Start(Func<LoadBalancingOptions, LoadBalancingOptions>? configure = null)
    {
        return await Start(configure, store: null, static host => host.Tables.Seat((0, "a:1")));
    }

    /// <summary>A host whose queues are kept in a store, and with what the test does before the grains begin.</summary>
    public static async Task<GrainHost> Start(
        Func<LoadBalancingOptions, LoadBalancingOptions>? configure, IGrainStorage? store, Action<GrainHost> prepare)
    {
        var host = new GrainHost(configure?.Invoke(Defaults) ?? Defaults, store);
        prepare(host);
        foreach (var service in host._services.GetServices<IHostedService>())
            await service.StartAsync(default);
        return host;
    }

    public IExporterGrain Grain(int slot = 0) =>
        _services.GetRequiredService<IGrainFactory>().GetGrain<IExporterGrain>(new ExporterGrainKey(Component, slot, "lane").ToString());

    public ISendingQueueGrain SendingQueue(Signal signal = Signal.Traces) =>
        _services.GetRequiredService<IGrainFactory>().GetGrain<ISendingQueueGrain>(new SendingQueueKey(Component, signal, "lane").ToString());

    /// <summary>Hands a request with one span of each of these traces to the sending queue, and keeps no reference.</summary>
    public async Task<EnqueueOutcome> Send(TimeSpan patience, params int[] traces)
    {
        var request = TraceRequest.Of(Pool, traces);
        try
        {
            return await SendingQueue().Enqueue(request, new EnqueueTerms { Patience = patience });
        }
        finally
        {
            request.Payload.Release();
        }
    }

    /// <summary>Hands over a part with one span of each of these traces, and keeps no reference.</summary>
    public Task<EnqueueOutcome> Enqueue(params int[] traces) => Enqueue(0, TimeSpan.Zero, traces);

    public async Task<EnqueueOutcome> Enqueue(int slot, TimeSpan patience, params int[] traces)
    {
        var part = TraceRequest.Of(Pool, traces);
        try
        {
            return await Grain(slot).Enqueue(part, new EnqueueTerms { Patience = patience });
        }
        finally
        {
            part.Payload.Release();
        }
    }

    /// <summary>Waits until a grain has begun to wait this long.</summary>
    public Task BackingOff(TimeSpan delay) => Time.TimerArmed(delay).WaitAsync(TimeSpan.FromSeconds(30));

    /// <summary>Waits until nothing is queued or on its way.</summary>
    public Task Emptied() => Eventually.Holds(() => Metrics.Gauge("otelcol_exporter_queue_size").Values.Sum() == 0);

    /// <summary>Ends the silo, whatever a failed test has left in the queues; afterwards nothing may be held.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopWhileTimePasses();
        await _services.DisposeAsync();
        Metrics.Dispose();
        Assert.Equal(0, Backends.Holders);
        Pool.AssertClean();
    }

    /// <summary>Ends the silo, and with it the patience of whoever waits for a backend.</summary>
    public async Task StopWhileTimePasses()
    {
        var stopping = Stop();
        await Eventually.Holds(() =>
        {
            Time.Advance(TimeSpan.FromSeconds(1));
            return stopping.IsCompleted;
        });
        await stopping;
    }

    /// <summary>Ends the silo, as a process does.</summary>
    public async Task Stop()
    {
        foreach (var service in _services.GetServices<IHostedService>().Reverse())
            await service.StopAsync(default);
    }
}
