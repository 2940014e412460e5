using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OrleansLb.Silo.Hosting;
using Xunit.Abstractions;

namespace OrleansLb.Storage.Tests.Kit;

/// <summary>What grains' records are kept in where nothing else is: Orleans' own store in memory, which lives in grains of the silo.</summary>
public sealed class MemoryGrainStorageTests(ITestOutputHelper output) : GrainStorageKit
{
    private IHost? _silo;

    protected override bool IsDurable => false;

    // it forgives a grain that knows more than a store which began anew
    protected override bool TakesAnyVersionOfTheAbsent => true;

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        if (_silo is null)
            return;
        await _silo.StopAsync();
        _silo.Dispose();
    }

    protected override async Task<IGrainStorage> OpenAsync()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton(TimeProvider.System).AddLocalSilo().AddRecords(null);
        _silo = builder.Build();
        await _silo.StartAsync();
        return _silo.Services.GetRequiredKeyedService<IGrainStorage>(Records.Store);
    }

    protected override void Print(string line) => output.WriteLine(line);
}
