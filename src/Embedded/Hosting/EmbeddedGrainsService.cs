using Microsoft.Extensions.Hosting;
using OrleansLb.Embedded.Engine;

namespace OrleansLb.Embedded.Hosting;

/// <summary>Collects idle grains while the host runs and deactivates all grains when it stops.</summary>
internal sealed class EmbeddedGrainsService(ActivationDirectory directory) : IHostedService
{
    private ITimer? _collector;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        var quantum = directory.Options.CollectionQuantum;
        _collector = directory.Time.CreateTimer(static state => ((ActivationDirectory)state!).CollectIdle(), directory, quantum, quantum);
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_collector is not null)
            await _collector.DisposeAsync().ConfigureAwait(false);
        using var timeout = new CancellationTokenSource(directory.Options.ShutdownPatience, directory.Time);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        await directory.CloseAsync(patience.Token, cancellationToken).ConfigureAwait(false);
    }
}
