using OrleansLb.Grains.Exporting.Messages;
using OrleansLb.Grains.Lanes;

namespace OrleansLb.Grains.Exporting;

/// <summary>The exporter grains of a ring slot, by lane.</summary>
internal sealed class ExporterSiblings(IGrainFactory grains, ExporterGrainKey key) : ILaneSiblings
{
    public Task<EnqueueOutcome> Enqueue(string lane, int slot, ExportPart part, EnqueueTerms terms, CancellationToken gone) =>
        Of(key with { Slot = slot, Lane = lane }).Hand(part, terms, gone);

    public Task<CreditGrant> GrantCredit(string lane, CreditRequest request) => Of(key with { Lane = lane }).GrantCredit(request);

    public Task Wake(string lane) => Of(key with { Lane = lane }).Wake();

    private IExporterGrain Of(ExporterGrainKey sibling) => grains.GetGrain<IExporterGrain>(sibling.ToString());
}
