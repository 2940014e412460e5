using System.Collections.Immutable;
using Orleans;
using Orleans.Runtime;

namespace OrleansLb.Clustering.Documents;

/// <summary>One silo of the membership document.</summary>
internal sealed record SiloRow
{
    /// <summary>The silo's address in its parsable form.</summary>
    public required string Address { get; init; }

    /// <summary>The name of a <see cref="SiloStatus"/>.</summary>
    public required string Status { get; init; }

    /// <summary>The table's version that wrote this row: its ETag.</summary>
    public required int Written { get; init; }

    /// <summary>The port of its gateway; 0: it has none.</summary>
    public int GatewayPort { get; init; }

    public string? HostName { get; init; }

    public string? SiloName { get; init; }

    public string? RoleName { get; init; }

    public int UpdateZone { get; init; }

    public int FaultZone { get; init; }

    public DateTime StartTime { get; init; }

    /// <summary>As the writer of the row knew it; later ones stand beside the document.</summary>
    public DateTime AliveTime { get; init; }

    /// <summary>Who holds it for dead, and since when.</summary>
    public ImmutableArray<Suspicion> Suspicions { get; init; } = [];

    public static SiloRow Of(MembershipEntry entry, int version) => new()
    {
        Address = entry.SiloAddress.ToParsableString(),
        Status = entry.Status.ToString(),
        Written = version,
        GatewayPort = entry.ProxyPort,
        HostName = entry.HostName,
        SiloName = entry.SiloName,
        RoleName = entry.RoleName,
        UpdateZone = entry.UpdateZone,
        FaultZone = entry.FaultZone,
        StartTime = entry.StartTime,
        AliveTime = entry.IAmAliveTime,
        Suspicions = [.. (entry.SuspectTimes ?? []).Select(static vote => new Suspicion(vote.Item1.ToParsableString(), vote.Item2))],
    };

    /// <summary>When anything was last heard of it.</summary>
    public DateTime LastHeard(IReadOnlyDictionary<string, DateTime> alive) =>
        alive.TryGetValue(Address, out var heard) && heard > AliveTime ? heard : AliveTime;

    public MembershipEntry ToEntry(IReadOnlyDictionary<string, DateTime> alive) => new()
    {
        SiloAddress = SiloAddress.FromParsableString(Address),
        Status = Enum.Parse<SiloStatus>(Status),
        ProxyPort = GatewayPort,
        HostName = HostName ?? "",
        SiloName = SiloName ?? "",
        RoleName = RoleName,
        UpdateZone = UpdateZone,
        FaultZone = FaultZone,
        StartTime = StartTime,
        IAmAliveTime = LastHeard(alive),
        SuspectTimes = [.. Suspicions.Select(static vote => Tuple.Create(SiloAddress.FromParsableString(vote.By), vote.At))],
    };
}

/// <summary>A vote for a silo's death.</summary>
/// <param name="By">The address of the voter in its parsable form.</param>
/// <param name="At">UTC.</param>
internal sealed record Suspicion(string By, DateTime At);
