using Microsoft.Extensions.DependencyInjection;
using OrleansLb.Embedded.Hosting;
using Xunit.Abstractions;

namespace OrleansLb.Storage.Tests.Kit;

public sealed class MemoryGrainStorageTests(ITestOutputHelper output) : GrainStorageKit
{
    protected override bool IsDurable => false;

    protected override Task<IGrainStorage> OpenAsync()
    {
        var services = new ServiceCollection().AddMemoryGrainStorage("kit").BuildServiceProvider();
        return Task.FromResult(services.GetRequiredKeyedService<IGrainStorage>("kit"));
    }

    protected override void Print(string line) => output.WriteLine(line);
}
