using OrleansLb.Grains.Exporting.Messages;

namespace OrleansLb.Silo.Hosting;

/// <summary>The shutdown of a process whose silo was declared dead: as ever, but without a call of a grain and without a stop of Orleans.</summary>
internal sealed class LastSteps(Balancer balancer) : IShutdownSteps
{
    public void LeaveService() => balancer.LeaveService();

    public Task StopReceiversAsync(CancellationToken cancellationToken) => balancer.StopReceiversAsync(cancellationToken);

    public Task<IReadOnlyList<DrainReport>> DrainAsync(TimeSpan patience) => balancer.DrainHereAsync(patience);

    public Task StopGrainsAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
