using OrleansLb.Grains.Options;

namespace OrleansLb.Silo.Hosting;

/// <summary>Says which lane the traffic of this process goes into.</summary>
internal interface ILaneChoice
{
    /// <summary>The lane.</summary>
    /// <exception cref="InvalidOperationException">None is chosen yet.</exception>
    LaneIdentity Lane { get; }

    /// <summary>Chooses by the cluster as it is now: once, when the process has become a member and before it takes traffic.</summary>
    /// <exception cref="OperationCanceledException">Nothing is chosen.</exception>
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
internal sealed class LaneOfLivingSilo(LivingSilos silos, TimeProvider time) : ILaneChoice
{
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);

    private LaneIdentity? _lane;

    public LaneIdentity Lane => _lane ?? throw new InvalidOperationException("the lane is chosen when the cluster is known");

    public async Task ChooseAsync(CancellationToken cancellationToken)
    {
        while (_lane is null)
        {
            var names = await AskAsync(cancellationToken).ConfigureAwait(false);
            if (names.Count > 0)
                _lane = new LaneIdentity(names[Random.Shared.Next(names.Count)]);
            else
                await Task.Delay(s_pause, time, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<IReadOnlyList<string>> AskAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await silos.RefreshAsync(cancellationToken).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // whatever a lost gateway or an absent store throws, it is asked again
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            return [];
        }
    }
}
