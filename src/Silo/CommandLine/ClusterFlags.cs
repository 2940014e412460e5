using OrleansLb.Clustering.Settings;

namespace OrleansLb.Silo.CommandLine;

/// <summary>The flags <c>--cluster.*</c> of ours that were given; they go before the block <c>orleanslb.cluster</c>, so that many processes can share one file.</summary>
internal sealed record ClusterFlags
{
    public string? Clustering { get; init; }

    public string? ClusterId { get; init; }

    public string? ServiceId { get; init; }

    public string? SiloName { get; init; }

    public Secret? ConnectionString { get; init; }

    public string? ConnectionStringFile { get; init; }

    public string? AdvertisedAddress { get; init; }

    public int? SiloPort { get; init; }

    public int? GatewayPort { get; init; }

    public bool Insecure { get; init; }

    /// <summary>The settings with what the flags say in the place of what the block says.</summary>
    public ClusterSettings Over(ClusterSettings block)
    {
        bool connects = ConnectionString is not null || ConnectionStringFile is not null;
        return block with
        {
            Clustering = Clustering ?? block.Clustering,
            ClusterId = ClusterId ?? block.ClusterId,
            ServiceId = ServiceId ?? block.ServiceId,
            SiloName = SiloName ?? block.SiloName,
            ConnectionString = connects ? ConnectionString : block.ConnectionString,
            ConnectionStringFile = connects ? ConnectionStringFile : block.ConnectionStringFile,
            AdvertisedAddress = AdvertisedAddress ?? block.AdvertisedAddress,
            SiloPort = SiloPort ?? block.SiloPort,
            GatewayPort = GatewayPort ?? block.GatewayPort,
            Insecure = Insecure || block.Insecure,
        };
    }
}
