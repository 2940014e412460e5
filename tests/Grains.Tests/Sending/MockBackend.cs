using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace OrleansLb.Grains.Tests.Sending;

/// <summary>A real HTTP/2 server on a loopback port that answers OTLP/gRPC as a test says.</summary>
internal sealed class MockBackend : IAsyncDisposable
{
    private readonly WebApplication _application;

    private MockBackend(WebApplication application) => _application = application;

    public ConcurrentQueue<ReceivedCall> Calls { get; } = [];

    public int Port => new Uri(_application.Urls.Single()).Port;

    public string Endpoint => $"127.0.0.1:{Port}";

    /// <summary>Starts a backend.</summary>
    /// <param name="answer">Answers a call whose body has been read.</param>
    /// <param name="port">0 for any free port.</param>
    /// <param name="listen">Further settings of the listener.</param>
    /// <param name="limits">Further settings of the server.</param>
    /// <param name="early">Answers before the body is read; null to read it.</param>
    public static async Task<MockBackend> Start(
        Func<HttpContext, Task> answer,
        int port = 0,
        Action<ListenOptions>? listen = null,
        Action<KestrelServerLimits>? limits = null,
        Func<HttpContext, Task>? early = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            limits?.Invoke(kestrel.Limits);
            kestrel.Listen(IPAddress.Loopback, port, options =>
            {
                options.Protocols = HttpProtocols.Http2;
                listen?.Invoke(options);
            });
        });
        var application = builder.Build();
        var backend = new MockBackend(application);
        application.Run(async context =>
        {
            if (early is not null)
            {
                await early(context);
                return;
            }

            backend.Calls.Enqueue(await Read(context));
            await answer(context);
        });
        await application.StartAsync();
        return backend;
    }

    public async ValueTask DisposeAsync()
    {
        using var atOnce = new CancellationTokenSource();
        await atOnce.CancelAsync();
        await _application.StopAsync(atOnce.Token);
        await _application.DisposeAsync();
    }

    /// <summary>Cuts the TCP connection of a call.</summary>
    public static void CutConnection(HttpContext context) => context.Features.GetRequiredFeature<IConnectionLifetimeFeature>().Abort();

    private static async Task<ReceivedCall> Read(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var headers = context.Request.Headers.ToDictionary(static header => header.Key.ToLowerInvariant(), static header => header.Value.ToString());
        return new ReceivedCall(context.Request.Path, headers, body.ToArray(), context.Connection.Id);
    }
}
