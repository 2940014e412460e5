using Orleans;
using Orleans.Messaging;
using Orleans.Runtime;

namespace OrleansLb.Clustering.Documents;

/// <summary>The gateways of a cluster, for its clients: those of its active silos, by the membership document.</summary>
/// <param name="store">Where the document is.</param>
/// <param name="refreshPeriod">How often a client asks.</param>
internal sealed class DocumentGatewayList(IMembershipDocumentStore store, TimeSpan refreshPeriod) : IGatewayListProvider
{
    public TimeSpan MaxStaleness => refreshPeriod;

    public bool IsUpdatable => true;

    public Task InitializeGatewayListProvider() => InitializeGatewayListProviderAsync(CancellationToken.None);

    public Task InitializeGatewayListProviderAsync(CancellationToken cancellationToken) => store.OpenAsync(cancellationToken);

    public Task<IList<Uri>> GetGateways() => GetGatewaysAsync(CancellationToken.None);

    public async Task<IList<Uri>> GetGatewaysAsync(CancellationToken cancellationToken)
    {
        if (await store.ReadAsync(cancellationToken).ConfigureAwait(false) is not { } stored)
            return [];
        return [.. MembershipDocument.Parse(stored.Content.Span).Silos
            .Where(static row => row.Status == nameof(SiloStatus.Active) && row.GatewayPort > 0)
            .Select(static row => GatewayOf(row))];
    }

    private static Uri GatewayOf(SiloRow row)
    {
        var silo = SiloAddress.FromParsableString(row.Address);
        return SiloAddress.New(silo.Endpoint.Address, row.GatewayPort, silo.Generation).ToGatewayUri();
    }
}
