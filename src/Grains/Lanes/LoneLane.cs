using Orleans.Runtime;
using OrleansLb.Grains.Options;

namespace OrleansLb.Grains.Lanes;

/// <summary>One process has one silo, which every grain lives on.</summary>
internal sealed class LoneLane(IExporterCatalog catalog) : ILanes
{
    public bool IsCluster => false;

    public Task NextDeparture { get; } = new TaskCompletionSource().Task;

    public bool IsHome(string lane) => true;

    public bool IsServed(string lane, string componentId) => false;

    public IReadOnlyList<string> OthersFor(string key, string componentId) => [];

    public SiloAddress Place(string? lane, string key, string componentId, IReadOnlyList<SiloAddress> compatible) =>
        catalog.ComponentIds.Contains(componentId) ? compatible[0] : throw new UnknownExporterException(componentId, []);
}
