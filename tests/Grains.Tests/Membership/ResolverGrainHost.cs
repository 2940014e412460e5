using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OrleansLb.Grains.Membership;
using OrleansLb.Grains.Membership.Resolving;
using OrleansLb.Grains.Options;
using OrleansLb.Grains.Sending;
using OrleansLb.Grains.Tests.Exporting;
using OrleansLb.Silo.Hosting;
using OrleansLb.Testing;

namespace OrleansLb.Grains.Tests.Membership;

/// <summary>The resolver grain of one exporter on a silo of its own, with time, name service and store in the test's hands.</summary>
internal sealed class ResolverGrainHost : IAsyncDisposable
{
    public const string ComponentId = "otelcol.exporter.loadbalancing.default";

    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);
    public static readonly TimeSpan LookupTimeout = TimeSpan.FromSeconds(1);

    private readonly ServiceProvider _services;
    private readonly IHostedService _silo;
    private readonly MeterListener _listener = new();

    /// <summary>Every answer counts at once and no seat is kept.</summary>
    private static readonly MembershipOptions Impatient = new() { Debounce = TimeSpan.Zero, Replicas = ReplicaMode.Alone, ReplacementWindow = TimeSpan.Zero };

    private ResolverGrainHost(LoadBalancingOptions options, Orleans.Storage.IGrainStorage storage, FakeTime time, EpochReservation epochs)
    {
        Time = time;
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(Time);
        services.AddSingleton<IHostLookup>(Lookup);
        services.AddSingleton<IHostApplicationLifetime>(Lifetime);
        services.AddSingleton<IExporterCatalog>(new OneExporter(options));
        services.AddKeyedSingleton("orleanslb", storage);
        services.AddSingleton(epochs);
        services.AddSingleton<IOtlpClientPool>(Backends);
        services.AddLocalSilo();
        services.AddMembership();
        services.AddLogging(logging => logging.AddProvider(Logs));
        _services = services.BuildServiceProvider();
        Listen(_services.GetRequiredService<IMeterFactory>());

        // the feed is started by the test that wants it
        _silo = _services.GetServices<IHostedService>().First(static service => service is not RoutingTableFeed);
        Feed = _services.GetRequiredService<RoutingTableFeed>();
        Grain = _services.GetRequiredService<IGrainFactory>().GetGrain<IResolverGrain>(ComponentId);
    }

    public FakeTime Time { get; }

    public ScriptedLookup Lookup { get; } = new();

    public StoppableLifetime Lifetime { get; } = new();

    public LogLines Logs { get; } = new();

    /// <summary>Whom the probes of ejected backends reach.</summary>
    public FakeBackends Backends { get; } = new();

    public IResolverGrain Grain { get; }

    public RoutingTableFeed Feed { get; }

    /// <summary>Every measurement: name, tags in alphabetical order, value.</summary>
    public ConcurrentQueue<string> Measurements { get; } = new();

    public static async Task<ResolverGrainHost> StartAsync(
        ResolverOptions? resolver = null, RingKind ring = RingKind.Partitions, ScriptedStorage? storage = null, params string[] addresses)
    {
        resolver ??= new ResolverOptions.Dns("backends.test") { Interval = Interval, Timeout = LookupTimeout };
        return await StartAsync(
            new LoadBalancingOptions { ComponentId = ComponentId, Resolver = resolver, Ring = ring, Membership = Impatient }, storage, addresses: addresses);
    }

    public static Task<ResolverGrainHost> StartAsync(
        LoadBalancingOptions options, ScriptedStorage? storage = null, FakeTime? time = null, params string[] addresses) =>
        StartAsync(options, storage ?? new ScriptedStorage(), time ?? new FakeTime(), EpochReservation.None, addresses);

    private static async Task<ResolverGrainHost> StartAsync(
        LoadBalancingOptions options, Orleans.Storage.IGrainStorage storage, FakeTime time, EpochReservation epochs, string[] addresses)
    {
        var host = new ResolverGrainHost(options, storage, time, epochs);
        host.Lookup.Answer(addresses);
        await host._silo.StartAsync(CancellationToken.None);
        return host;
    }

    /// <summary>A silo of a cluster: others may have the grain as well.</summary>
    public static Task<ResolverGrainHost> StartSharedAsync(Orleans.Storage.IGrainStorage storage, int epochs, params string[] addresses) => StartAsync(
        new LoadBalancingOptions
        {
            ComponentId = ComponentId,
            Resolver = new ResolverOptions.Dns("backends.test") { Interval = Interval, Timeout = LookupTimeout },
            Membership = Impatient,
        },
        storage,
        new FakeTime(),
        new EpochReservation(epochs),
        addresses);

    /// <summary>Lets time pass, and what becomes due by that happen.</summary>
    public async Task Pass(TimeSpan time)
    {
        Time.Advance(time);

        // a call that has to wait for its turn
        await InTime(Grain.ReportHealth(new OrleansLb.Grains.Ejection.HealthReport("lane", [])));
    }

    /// <summary>The snapshot that there is.</summary>
    public Task<RoutingSnapshot> Snapshot() => InTime(Grain.GetSnapshot(0, TimeSpan.Zero));

    /// <summary>Lets the next resolution happen and waits until it is over.</summary>
    public async Task ResolveAgain()
    {
        await InTime(Time.TimerArmed(Interval));
        Time.Advance(Interval);
        await InTime(Time.TimerArmed(Interval));
    }

    /// <summary>Lets time pass until the resolver has been asked once more.</summary>
    public async Task ResolveOnce()
    {
        int asked = Lookup.Asked;
        await Eventually.Holds(() =>
        {
            Time.Advance(TimeSpan.FromSeconds(1));
            return Lookup.Asked > asked;
        });
    }

    public static async Task<T> InTime<T>(Task<T> task) => await task.WaitAsync(TimeSpan.FromSeconds(60));

    public static Task InTime(Task task) => task.WaitAsync(TimeSpan.FromSeconds(60));

    public async ValueTask DisposeAsync()
    {
        Lifetime.StopApplication();
        await _silo.StopAsync(CancellationToken.None);
        _listener.Dispose();
        await _services.DisposeAsync();
        Lifetime.Dispose();
    }

    private void Listen(IMeterFactory meters)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, meters) && instrument.Meter.Name == "OrleansLb")
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
            Measurements.Enqueue($"{instrument.Name}{{{string.Join(',', tags.ToArray().OrderBy(static t => t.Key, StringComparer.Ordinal).Select(static t => $"{t.Key}={t.Value}"))}}} {value}"));
        _listener.Start();
    }

    private sealed class OneExporter(LoadBalancingOptions options) : IExporterCatalog
    {
        public IReadOnlyCollection<string> ComponentIds => [options.ComponentId];

        public LoadBalancingOptions Get(string componentId) =>
            componentId == options.ComponentId ? options : throw new KeyNotFoundException(componentId);
    }

    internal sealed class StoppableLifetime : IHostApplicationLifetime, IDisposable
    {
        private readonly CancellationTokenSource _stopping = new();

        public CancellationToken ApplicationStarted => CancellationToken.None;

        public CancellationToken ApplicationStopping => _stopping.Token;

        public CancellationToken ApplicationStopped => CancellationToken.None;

        public void StopApplication() => _stopping.Cancel();

        public void Dispose() => _stopping.Dispose();
    }
}
