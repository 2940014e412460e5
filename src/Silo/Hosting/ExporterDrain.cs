using Orleans;
using OrleansLb.Grains.Exporting;

namespace OrleansLb.Silo.Hosting;

/// <summary>Empties the queues of this process, those of vacant seats included, in parallel.</summary>
internal sealed class ExporterDrain(IGrainFactory grains, ActiveExporterGrains active)
{
    public async Task<IReadOnlyList<DrainReport>> RunAsync(TimeSpan patience) =>
        await Task.WhenAll(active.Keys.Select(key => grains.GetGrain<IExporterGrain>(key.ToString()).Drain(patience))).ConfigureAwait(false);
}
