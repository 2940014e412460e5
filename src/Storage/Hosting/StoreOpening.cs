using Microsoft.Extensions.Hosting;
using OrleansLb.Grains.Persistence;

namespace OrleansLb.Storage.Hosting;

/// <summary>Opens a store when the host starts, so that a store that cannot be used keeps the program from starting.</summary>
internal sealed class StoreOpening(string name, DatabaseGrainStorage store) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await store.OpenAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is StorageOpenException or StorageUnavailableException)
        {
            throw new StorageOpenException($"{name}: {exception.Message}", exception);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
