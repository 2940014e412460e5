using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansLb.Ingress.Transport;
using OrleansLb.Otlp.Memory;

namespace OrleansLb.Ingress.Receivers;

/// <summary>One Kestrel server without a host around it: requests go from the connection straight to the application.</summary>
internal sealed class ListenerServer : IDisposable
{
    private readonly string _transport;
    private readonly KestrelServer _server;

    private ListenerServer(string transport, KestrelServerOptions options, MemoryBudget budget, ILoggerFactory loggers)
    {
        _transport = transport;
        var sockets = new SocketTransportFactory(SocketTransport.CreateOptions(budget), loggers);
        _server = new KestrelServer(Options.Create(options), sockets, loggers);
    }

    /// <summary>The addresses that the started server listens on.</summary>
    public IEnumerable<BoundEndpoint> BoundEndpoints
    {
        get
        {
            foreach (string address in _server.Features.GetRequiredFeature<IServerAddressesFeature>().Addresses)
            {
                var uri = new Uri(address);
                yield return new BoundEndpoint(
                    _transport, new IPEndPoint(IPAddress.TryParse(uri.DnsSafeHost, out var ip) ? ip : IPAddress.Loopback, uri.Port));
            }
        }
    }

    /// <summary>Starts to listen.</summary>
    /// <exception cref="IOException">The address cannot be bound.</exception>
    /// <exception cref="SocketException">The host name does not resolve.</exception>
    public static async Task<ListenerServer> StartAsync(
        string transport,
        ListenEndpoint endpoint,
        HttpProtocols protocols,
        TlsNotice notice,
        Action<KestrelServerLimits> configure,
        IHttpApplication<IFeatureCollection> application,
        MemoryBudget budget,
        ILoggerFactory loggers,
        CancellationToken cancellationToken)
    {
        var options = new KestrelServerOptions { AddServerHeader = false };

        // the applications have limits of their own, which answer in the words of their protocol
        options.Limits.MaxRequestBodySize = null;

        // Go's servers, hence the Collector and Alloy, have no least rates: what comes slowly over a thin or suspended link is data all the same. What stands still is a matter of IdleLimit.
        options.Limits.MinRequestBodyDataRate = null;
        options.Limits.MinResponseDataRate = null;
        configure(options.Limits);
        await ListenAsync(options, endpoint, Configure, cancellationToken).ConfigureAwait(false);

        var listener = new ListenerServer(transport, options, budget, new ServerLoggers(loggers));
        try
        {
            await listener._server.StartAsync(application, cancellationToken).ConfigureAwait(false);
            return listener;
        }
        catch
        {
            listener.Dispose();
            throw;
        }

        void Configure(ListenOptions listen)
        {
            listen.Protocols = protocols;
            listen.Use(notice.Attach);
        }
    }

    /// <summary>Accepts no more connections and lets running calls end; those that still run when the token is cancelled are cut off.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => _server.StopAsync(cancellationToken);

    public void Dispose() => _server.Dispose();

    private static async Task ListenAsync(
        KestrelServerOptions options, ListenEndpoint endpoint, Action<ListenOptions> configure, CancellationToken cancellationToken)
    {
        if (endpoint.IsAnyAddress)
            options.ListenAnyIP(endpoint.Port, configure);
        else if (!endpoint.IsLocalhost)
            options.Listen(await ResolveAsync(endpoint.Host, cancellationToken).ConfigureAwait(false), endpoint.Port, configure);
        else if (endpoint.Port != 0)
            options.ListenLocalhost(endpoint.Port, configure);
        else
            // two sockets cannot be given the same free port in one step
            options.Listen(IPAddress.Loopback, 0, configure);
    }

    private static async Task<IPAddress> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(host, out var address))
            return address;
        var addresses = await Dns.GetHostAddressesAsync(host, cancellationToken).ConfigureAwait(false);
        return Array.Find(addresses, candidate => candidate.AddressFamily == AddressFamily.InterNetwork) ?? addresses[0];
    }
}
