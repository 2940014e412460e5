using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.Hosting;
using OrleansLb.Clustering.Providers;
using OrleansLb.Clustering.Settings;

namespace OrleansLb.Clustering.Hosting;

/// <summary>Makes members of a cluster, by settings in which <see cref="ClusterSettingsCheck"/> has found no fault.</summary>
public static class ClusterHosting
{
    // Clients hear of new gateways by asking the store; of lost ones by their connections.
    private static readonly TimeSpan s_gatewayRefresh = TimeSpan.FromSeconds(5);

    // Silos gossip every change. This finds what was missed, at the cost of one read of the store for each silo.
    private static readonly TimeSpan s_tableRefresh = TimeSpan.FromSeconds(10);

    // A silo that has not said for two minutes that it lives is ignored by those that join.
    private static readonly TimeSpan s_alive = TimeSpan.FromSeconds(30);

    /// <summary>Makes the silo a member.</summary>
    /// <exception cref="ClusterJoinException">A file of the settings cannot be used.</exception>
    public static ISiloBuilder UseCluster(this ISiloBuilder silo, ClusterSettings settings)
    {
        ArgumentNullException.ThrowIfNull(silo);
        ArgumentNullException.ThrowIfNull(settings);
        Provider(settings).Use(silo, settings, Connection(settings));
        silo.Services
            .Configure<ClusterOptions>(cluster => Identify(cluster, settings))
            .Configure<SiloOptions>(options => options.SiloName = settings.EffectiveSiloName)
            .Configure<EndpointOptions>(endpoints =>
            {
                // it listens where it says that it can be reached, and nowhere else
                endpoints.AdvertisedIPAddress = IPAddress.Parse(settings.AdvertisedAddress!);
                endpoints.SiloPort = settings.SiloPort;
                endpoints.GatewayPort = settings.GatewayPort;
            })
            .Configure<ClusterMembershipOptions>(membership =>
            {
                membership.ProbeTimeout = settings.ProbeTimeout;
                membership.NumMissedProbesLimit = settings.MissedProbes;

                // Votes count nothing while anything came from the silo within the longest timeout times the limit: with Orleans' four times the timeout, not for 12 seconds.
                membership.MaxProbeTimeout = settings.ProbeTimeout;

                // An indirect probe ends when the silo in between has its answer. Our silos wait until a call that was cancelled is acknowledged, so it gets none from a silo that
                // stands still; such a probe counts for nothing, and a silo that hangs was never declared dead. Two votes by direct probes remain.
                membership.EnableIndirectProbes = false;
                membership.TableRefreshTimeout = s_tableRefresh;
                membership.IAmAliveTablePublishTimeout = s_alive;
            });
        if (settings.Tls is { } tls)
            silo.UseTls(new MemberCertificates(tls).Apply);
        return silo;
    }

    /// <summary>Makes the client one of the cluster's, through whichever gateways it has.</summary>
    /// <exception cref="ClusterJoinException">A file of the settings cannot be used.</exception>
    public static IClientBuilder UseCluster(this IClientBuilder client, ClusterSettings settings)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(settings);
        Provider(settings).Use(client, settings, Connection(settings));
        client.Services
            .Configure<ClusterOptions>(cluster => Identify(cluster, settings))
            .Configure<GatewayOptions>(static gateways => gateways.GatewayListRefreshPeriod = s_gatewayRefresh);
        if (settings.Tls is { } tls)
            client.UseTls(new MemberCertificates(tls).Apply);
        else if (!settings.Insecure)
            client.Services.Configure<ClientConnectionOptions>(static connections => connections.ConfigureConnection(PlainTextGuard.Refuse));
        return client;
    }

    /// <summary>Has the grains of the silo keep their records where the members are.</summary>
    /// <param name="silo">The silo.</param>
    /// <param name="settings">Its cluster.</param>
    /// <param name="store">The name by which grains ask for the store.</param>
    /// <exception cref="ClusterJoinException">A file of the settings cannot be used.</exception>
    public static ISiloBuilder AddClusterRecords(this ISiloBuilder silo, ClusterSettings settings, string store)
    {
        ArgumentNullException.ThrowIfNull(silo);
        ArgumentNullException.ThrowIfNull(settings);
        Provider(settings).AddRecords(silo, store, settings, Connection(settings));
        return silo;
    }

    private static void Identify(ClusterOptions cluster, ClusterSettings settings)
    {
        cluster.ClusterId = settings.ClusterId;
        cluster.ServiceId = settings.ServiceId;
    }

    private static IClusteringProvider Provider(ClusterSettings settings) =>
        ClusteringProviders.Find(settings.Clustering) ?? throw new ClusterJoinException(ClusterSettingsCheck.ClusteringFault(settings.Clustering) ?? "there is no cluster");

    private static string Connection(ClusterSettings settings) =>
        ClusterConnection.Read(settings, out string? fault) ?? throw new ClusterJoinException(fault ?? "connection_string is missing");
}
