using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans;
using OrleansLb.Embedded.Hosting;
using OrleansLb.Testing;

namespace OrleansLb.Embedded.Tests.Support;

/// <summary>An engine with the grain classes of this assembly and time in the test's hands.</summary>
internal sealed class GrainHost : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly IHostedService _engine;
    private bool _stopped;

    private GrainHost(Action<IServiceCollection>? add, Action<EmbeddedGrainOptions>? configure)
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(Time).AddSingleton(Probe);
        services.AddMemoryGrainStorage("memory").AddMemoryGrainStorage("Default");
        services.AddEmbeddedGrains(options =>
        {
            options.Assemblies.Add(typeof(GrainHost).Assembly);
            configure?.Invoke(options);
        });
        add?.Invoke(services);
        _services = services.BuildServiceProvider();
        _engine = _services.GetServices<IHostedService>().Single();
        Grains = _services.GetRequiredService<IGrainFactory>();
    }

    public FakeTime Time { get; } = new();

    public Probe Probe { get; } = new();

    public IGrainFactory Grains { get; }

    public static async Task<GrainHost> StartAsync(Action<IServiceCollection>? add = null, Action<EmbeddedGrainOptions>? configure = null)
    {
        var host = new GrainHost(add, configure);
        await host._engine.StartAsync(CancellationToken.None);
        return host;
    }

    public T GetGrain<T>(string key = "a")
        where T : IGrainWithStringKey => Grains.GetGrain<T>(key);

    public Task StopAsync(CancellationToken cancellationToken = default)
    {
        _stopped = true;
        return _engine.StopAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_stopped)
            await StopAsync();
        await _services.DisposeAsync();
    }
}
