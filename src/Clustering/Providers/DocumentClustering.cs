using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Configuration;
using Orleans.Messaging;
using Orleans.Storage;
using OrleansLb.Clustering.Documents;
using OrleansLb.Clustering.Settings;

namespace OrleansLb.Clustering.Providers;

/// <summary>Membership in a document, wherever that is kept.</summary>
internal static class DocumentClustering
{
    /// <summary>Has a silo join by the document of a store.</summary>
    public static void AddDocumentMembership(this IServiceCollection services, ClusterSettings settings, Func<IServiceProvider, IMembershipDocumentStore> store)
    {
        services.AddSingleton(store);
        services.AddSingleton<IMembershipTable>(provider => new DocumentMembershipTable(provider.GetRequiredService<IMembershipDocumentStore>(), settings.ClusterId));
    }

    /// <summary>Has a client find its gateways in the document of a store.</summary>
    public static void AddDocumentGateways(this IServiceCollection services, Func<IServiceProvider, IMembershipDocumentStore> store)
    {
        services.AddSingleton(store);
        services.AddSingleton<IGatewayListProvider>(static provider => new DocumentGatewayList(
            provider.GetRequiredService<IMembershipDocumentStore>(), provider.GetRequiredService<IOptions<GatewayOptions>>().Value.GatewayListRefreshPeriod));
    }

    /// <summary>Has grains keep records in documents.</summary>
    public static void AddDocumentRecords(this IServiceCollection services, string store, Func<DocumentGrainStorage> create) =>
        services.AddKeyedSingleton<IGrainStorage>(store, (_, _) => create());
}
