using Microsoft.Extensions.Hosting;

namespace OrleansLb.Silo.Hosting;

/// <summary>A host lifetime that does nothing: the program handles signals itself, and the framework's would handle them a second time.</summary>
internal sealed class SilentLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
