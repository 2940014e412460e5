using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OrleansLb.Grains.Persistence;

namespace OrleansLb.Storage.Hosting;

/// <summary>Opens a store when the host starts, or finds out that there is none to be had.</summary>
internal sealed partial class OptionalStore(string name, DatabaseGrainStorage store, ILogger<OptionalStore> logger) : IHostedService
{
    /// <summary>Whether the store can be used; known when the host has started it.</summary>
    public bool IsOpen { get; private set; }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await store.OpenAsync(cancellationToken).ConfigureAwait(false);
            IsOpen = true;
        }
        catch (Exception exception) when (exception is StorageOpenException or StorageUnavailableException)
        {
            LogInMemory(name, exception.Message);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Store}: what the program has seen of its backends is kept in memory: {Reason}")]
    private partial void LogInMemory(string store, string reason);
}
