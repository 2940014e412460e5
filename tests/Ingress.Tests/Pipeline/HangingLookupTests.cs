using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans;
using OrleansLb.Grains.Exporting;
using OrleansLb.Grains.Hosting;
using OrleansLb.Grains.Membership;
using OrleansLb.Grains.Membership.Resolving;
using OrleansLb.Grains.Options;
using OrleansLb.Ingress.Pipeline;
using OrleansLb.Otlp;
using OrleansLb.Otlp.Memory;
using OrleansLb.Silo.Hosting;
using OrleansLb.Testing;

namespace OrleansLb.Ingress.Tests.Pipeline;

/// <summary>No request waits for a change of the backends (contrib #8843): the real router, resolver grain and exporter grains, and a look-up that hangs.</summary>
public sealed class HangingLookupTests : IAsyncDisposable
{
    private const string ComponentId = "otelcol.exporter.loadbalancing.default";
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly FakeTime _time = new();
    private readonly Lookup _lookup = new();
    private readonly ServiceProvider _services;
    private readonly LoadBalancingConsumer _consumer;

    public HangingLookupTests()
    {
        // nobody listens there, so that what is accepted stays queued
        var options = new LoadBalancingOptions
        {
            ComponentId = ComponentId,
            Resolver = new ResolverOptions.Dns("backends.test") { Port = "9", Interval = Interval, Timeout = TimeSpan.FromHours(1) },
        };
        _services = new ServiceCollection()
            .AddLogging()
            .AddSingleton<TimeProvider>(_time)
            .AddSingleton<IHostLookup>(_lookup)
            .AddSingleton<IHostApplicationLifetime, NoLifetime>()
            .AddSingleton<IExporterCatalog>(new OneExporter(options))
            .AddLocalSilo()
            .AddRecords(null)
            .AddExporterGrains()
            .AddMembership()
            .BuildServiceProvider();
        _consumer = new LoadBalancingConsumer(
            options,
            _services.GetRequiredService<IRoutingTables>(),
            _services.GetRequiredService<IGrainFactory>(),
            new OneLane("silo-1"),
            _services.GetRequiredService<PayloadPool>(),
            _services.GetRequiredService<IMeterFactory>(),
            _time,
            NullLogger<LoadBalancingConsumer>.Instance);
    }

    [Fact]
    public async Task A_look_up_that_hangs_delays_no_request()
    {
        await StartAsync();
        await _services.GetRequiredService<IRoutingTables>().NewerThan(ComponentId, 0, default).WaitAsync(TimeSpan.FromSeconds(30));
        _lookup.Hangs = true;
        await _time.TimerArmed(Interval).WaitAsync(TimeSpan.FromSeconds(30));
        _time.Advance(Interval);
        await _lookup.Hanging.Task.WaitAsync(TimeSpan.FromSeconds(30));

        // time stands still: whatever waited would wait for ever
        for (int i = 0; i < 20; i++)
            Assert.Equal(ConsumeResult.Accepted, await ConsumeAsync());
    }

    [Fact]
    public async Task Before_the_first_answer_a_request_is_refused_at_once()
    {
        _lookup.Hangs = true;
        await StartAsync();
        await _lookup.Hanging.Task.WaitAsync(TimeSpan.FromSeconds(30));

        var answer = await ConsumeAsync();
        Assert.Equal(ConsumeStatus.Unavailable, answer.Status);
        Assert.NotNull(answer.RetryAfter);
    }

    [Fact]
    public async Task A_look_up_that_hangs_does_not_keep_the_silo_from_ending_when_its_time_is_over()
    {
        await StartAsync();
        await _services.GetRequiredService<IRoutingTables>().NewerThan(ComponentId, 0, default).WaitAsync(TimeSpan.FromSeconds(30));
        _lookup.Hangs = true;
        await _time.TimerArmed(Interval).WaitAsync(TimeSpan.FromSeconds(30));
        _time.Advance(Interval);
        await _lookup.Hanging.Task.WaitAsync(TimeSpan.FromSeconds(30));

        // the grain has a turn that never ends, so it cannot be deactivated
        using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(500));
        await StopAsync(patience.Token).WaitAsync(TimeSpan.FromSeconds(20));
    }

    public async ValueTask DisposeAsync()
    {
        _lookup.End();
        var stopping = StopAsync();
        await Eventually.Holds(() =>
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            return stopping.IsCompleted;
        });
        await stopping;
        await _services.DisposeAsync();
    }

    private async Task<ConsumeResult> ConsumeAsync()
    {
        byte[] message = TraceRequests.Of(TraceRequests.TraceIds(20));
        var request = new ReceivedRequest(Signal.Traces, Payload.CopyOf(message), 20);
        return await _consumer.ConsumeAsync(request, default).AsTask().WaitAsync(TimeSpan.FromSeconds(30));
    }

    private async Task StartAsync()
    {
        foreach (var service in _services.GetServices<IHostedService>())
            await service.StartAsync(default);
    }

    private async Task StopAsync(CancellationToken patience = default)
    {
        foreach (var service in _services.GetServices<IHostedService>().Reverse())
            await service.StopAsync(patience);
    }

    private sealed class Lookup : IHostLookup
    {
        private readonly TaskCompletionSource<IReadOnlyList<IPAddress>> _never = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool Hangs { get; set; }

        public TaskCompletionSource Hanging { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void End() => _never.TrySetResult([]);

        public Task<IReadOnlyList<IPAddress>> LookupAsync(string host, CancellationToken cancellationToken)
        {
            if (!Hangs)
                return Task.FromResult<IReadOnlyList<IPAddress>>([IPAddress.Parse("127.0.0.2"), IPAddress.Parse("127.0.0.3")]);
            Hanging.TrySetResult();
            return _never.Task;
        }
    }

    private sealed class OneExporter(LoadBalancingOptions options) : IExporterCatalog
    {
        public IReadOnlyCollection<string> ComponentIds => [options.ComponentId];

        public LoadBalancingOptions Get(string componentId) => options;
    }

    private sealed class NoLifetime : IHostApplicationLifetime
    {
        public CancellationToken ApplicationStarted => CancellationToken.None;

        public CancellationToken ApplicationStopping => CancellationToken.None;

        public CancellationToken ApplicationStopped => CancellationToken.None;

        public void StopApplication()
        {
        }
    }
}
