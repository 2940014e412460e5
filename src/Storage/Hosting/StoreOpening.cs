using Microsoft.Extensions.Hosting;

namespace OrleansLb.Storage.Hosting;

/// <summary>Opens a store when the host starts, so that a store that cannot be used keeps the program from starting.</summary>
internal sealed class StoreOpening(DatabaseGrainStorage store) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => store.OpenAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
