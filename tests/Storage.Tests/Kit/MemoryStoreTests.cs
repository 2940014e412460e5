using OrleansLb.Testing.Grains;
using Xunit.Abstractions;

namespace OrleansLb.Storage.Tests.Kit;

/// <summary>The store that tests of grains use must do what every store does.</summary>
public sealed class MemoryStoreTests(ITestOutputHelper output) : GrainStorageKit
{
    protected override bool IsDurable => false;

    protected override Task<IGrainStorage> OpenAsync() => Task.FromResult<IGrainStorage>(new MemoryStore());

    protected override void Print(string line) => output.WriteLine(line);
}
