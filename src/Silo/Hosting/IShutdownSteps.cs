using OrleansLb.Grains.Exporting.Messages;

namespace OrleansLb.Silo.Hosting;

/// <summary>What is stopped, in this order.</summary>
internal interface IShutdownSteps
{
    /// <summary>Says to everyone who asks that no traffic is wanted.</summary>
    void LeaveService();

    /// <summary>Stops accepting; running calls finish until the token is cancelled.</summary>
    Task StopReceiversAsync(CancellationToken cancellationToken);

    /// <summary>Delivers what is queued; answers what was left when the patience was over.</summary>
    Task<IReadOnlyList<DrainReport>> DrainAsync(TimeSpan patience);

    /// <summary>Deactivates the grains and ends the background work.</summary>
    Task StopGrainsAsync(CancellationToken cancellationToken);
}
