namespace OrleansLb.Ingress.HotKeys;

/// <summary>The keys of one exporter with the most items, since the process started.</summary>
/// <param name="ComponentId">The exporter.</param>
/// <param name="OneIn">Every request was sampled with the probability of one in this many.</param>
/// <param name="SampledRequests">The requests that were sampled.</param>
/// <param name="SampledItems">Their items.</param>
/// <param name="UnattributedItems">Those of them whose keys were not told apart.</param>
/// <param name="Keys">The keys, the largest first.</param>
internal sealed record HotKeyReport(
    string ComponentId, int OneIn, long SampledRequests, long SampledItems, long UnattributedItems, IReadOnlyList<HotKey> Keys);
