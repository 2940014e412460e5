using Orleans;
using Orleans.Runtime;
using OrleansLb.Grains.Options;

namespace OrleansLb.Silo.Hosting;

/// <summary>Says which lane the traffic of this process goes into.</summary>
internal interface ILaneChoice
{
    /// <summary>The lane.</summary>
    /// <exception cref="InvalidOperationException">None is chosen yet.</exception>
    LaneIdentity Lane { get; }

    /// <summary>Chooses by the cluster as it is now: once, when the process has become a member and before it takes traffic.</summary>
    Task ChooseAsync(CancellationToken cancellationToken);
}

/// <summary>The lane of a process that hosts a silo: its own, so that no part crosses the network on its way into a queue.</summary>
internal sealed class OwnLane(string silo) : ILaneChoice
{
    public LaneIdentity Lane { get; } = new(silo);

    public Task ChooseAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <summary>The lane of a process without a silo: that of a living silo, drawn by chance, so that many processes spread over the lanes.</summary>
/// <remarks>
/// For now it is drawn once. A process whose silo dies stays on the lane, whose grains then live on other silos, and silos that join later get nothing of processes that run already.
/// </remarks>
internal sealed class LaneOfLivingSilo(IGrainFactory grains) : ILaneChoice
{
    private LaneIdentity? _lane;

    public LaneIdentity Lane => _lane ?? throw new InvalidOperationException("the lane is chosen when the cluster is known");

    public async Task ChooseAsync(CancellationToken cancellationToken)
    {
        var silos = await grains.GetGrain<IManagementGrain>(0).GetDetailedHosts(onlyActive: true, cancellationToken).ConfigureAwait(false);
        if (silos.Length == 0)
            throw new StartupException("the cluster has no active silo");
        _lane = new LaneIdentity(silos[Random.Shared.Next(silos.Length)].SiloName ?? "");
    }
}
