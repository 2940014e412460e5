using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OrleansLb.Silo.Hosting;

namespace OrleansLb.Silo.Admin;

/// <summary>The admin listener: readiness, health and metrics over HTTP/1.1.</summary>
internal sealed class AdminServer(AdminPages pages, ILoggerFactory loggers) : IAsyncDisposable
{
    private WebApplication? _app;

    /// <summary>Starts listening.</summary>
    /// <returns>The address it listens on, with the port that was bound.</returns>
    /// <exception cref="IOException">The address is in use or cannot be bound.</exception>
    public async Task<string> StartAsync(IPEndPoint endpoint, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(loggers);
        builder.Services.AddSingleton<IHostLifetime, SilentLifetime>();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(endpoint);
        });

        _app = builder.Build();
        _app.Run(pages.ServeAsync);
        await _app.StartAsync(cancellationToken).ConfigureAwait(false);
        string address = _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return new Uri(address).Authority;
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is null)
            return;

        // Nobody's request is worth waiting for here: scrapes come again.
        using var atOnce = new CancellationTokenSource();
        await atOnce.CancelAsync().ConfigureAwait(false);
        await _app.StopAsync(atOnce.Token).ConfigureAwait(false);
        await _app.DisposeAsync().ConfigureAwait(false);
    }
}
