using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans;
using OrleansLb.Silo.Hosting;

namespace OrleansLb.Micro.Calls;

/// <summary>A call to an idle grain on the silo of the process.</summary>
[MemoryDiagnoser]
public class GrainCallBenchmarks
{
    private IHost _host = null!;
    private IGrainFactory _grains = null!;
    private IEchoGrain _grain = null!;

    /// <summary>Starts the silo and activates the grain.</summary>
    [GlobalSetup]
    public void Start() => StartAsync().GetAwaiter().GetResult(); // in-process, nobody waits for a task

    private async Task StartAsync()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton(TimeProvider.System).AddLocalSilo();
        _host = builder.Build();
        await _host.StartAsync().ConfigureAwait(false);
        _grains = _host.Services.GetRequiredService<IGrainFactory>();
        _grain = _grains.GetGrain<IEchoGrain>("a");
        await _grain.Echo(0).ConfigureAwait(false);
    }

    /// <summary>The grain is at hand, as in the pipeline.</summary>
    [Benchmark]
    public Task<int> WarmCall() => _grain.Echo(1);

    /// <summary>The grain is looked up first.</summary>
    [Benchmark]
    public Task<int> LookUpAndCall() => _grains.GetGrain<IEchoGrain>("a").Echo(1);

    /// <summary>Stops the silo.</summary>
    [GlobalCleanup]
    public void Stop()
    {
        _host.StopAsync().GetAwaiter().GetResult();
        _host.Dispose();
    }
}
