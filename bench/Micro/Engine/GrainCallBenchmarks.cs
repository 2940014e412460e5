using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans;
using OrleansLb.Embedded.Hosting;

namespace OrleansLb.Micro.Engine;

/// <summary>A call to an idle grain of the embedded engine: it runs on the caller's thread.</summary>
[MemoryDiagnoser]
public class GrainCallBenchmarks
{
    private ServiceProvider _services = null!;
    private IGrainFactory _grains = null!;
    private IEchoGrain _grain = null!;

    /// <summary>Starts the engine and activates the grain.</summary>
    [GlobalSetup]
    public async Task StartAsync()
    {
        var services = new ServiceCollection().AddSingleton(TimeProvider.System);
        services.AddEmbeddedGrains(options => options.Assemblies.Add(typeof(EchoGrain).Assembly));
        _services = services.BuildServiceProvider();
        foreach (var service in _services.GetServices<IHostedService>())
            await service.StartAsync(CancellationToken.None).ConfigureAwait(false);
        _grains = _services.GetRequiredService<IGrainFactory>();
        _grain = _grains.GetGrain<IEchoGrain>("a");
        await _grain.Echo(0).ConfigureAwait(false);
    }

    /// <summary>The grain is at hand, as in the pipeline.</summary>
    [Benchmark]
    public Task<int> WarmCall() => _grain.Echo(1);

    /// <summary>The grain is looked up first.</summary>
    [Benchmark]
    public Task<int> LookUpAndCall() => _grains.GetGrain<IEchoGrain>("a").Echo(1);

    /// <summary>Stops the engine.</summary>
    [GlobalCleanup]
    public async Task StopAsync()
    {
        foreach (var service in _services.GetServices<IHostedService>())
            await service.StopAsync(CancellationToken.None).ConfigureAwait(false);
        await _services.DisposeAsync().ConfigureAwait(false);
    }
}
