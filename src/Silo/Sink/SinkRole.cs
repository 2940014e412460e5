using System.Diagnostics.Metrics;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using OrleansLb.Ingress.Memory;
using OrleansLb.Ingress.Receivers;
using OrleansLb.Ingress.Telemetry;
using OrleansLb.Ingress.Transport;
using OrleansLb.Otlp.Memory;

namespace OrleansLb.Silo.Sink;

/// <summary>
/// The role <c>sink</c>: an OTLP/gRPC backend that counts what it receives, for the demo and the benchmarks. It shares the
/// machine with the balancer that it helps to measure, so it does no more than reading, counting and answering; and since it may stand
/// for hundreds of backends, all its endpoints share one server. It reads requests as the balancer does: whether they are right is what the
/// backends of the end-to-end tests say, which share nothing with the product.
/// </summary>
internal static class SinkRole
{
    private const long MaxMessageLength = 64 << 20;

    /// <summary>Runs until <paramref name="stop"/>; prints one <see cref="SinkReady"/> line when it can be called.</summary>
    public static async Task RunAsync(SinkOptions options, TextWriter output, CancellationToken stop)
    {
        var endpoints = new SinkEndpoints();
        var delay = new SinkDelay(options.Delay, TimeProvider.System);
        var admin = new SinkAdmin(endpoints, delay);
        ListenOptions? adminListener = null;

        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            Tune(kestrel);
            for (int i = 0; i < options.ListenCount; i++)
                kestrel.Listen(options.Listen.Address, options.Listen.Port == 0 ? 0 : options.Listen.Port + i, listener =>
                {
                    var tally = new SinkTally(options.TrackTraces, delay);
                    var endpoint = new SinkEndpoint(listener, ReceiverOf(tally, kestrel.ApplicationServices), tally);
                    endpoints.Add(endpoint);
                    listener.Protocols = HttpProtocols.Http2;
                    listener.Use(next => connection =>
                    {
                        connection.Features.Set(endpoint);
                        return next(connection);
                    });
                });
            kestrel.Listen(IPAddress.Loopback, 0, listener => adminListener = listener);
        });
        builder.Services.AddSingleton<IMemoryPoolFactory<byte>>(new ReceiveBlockPoolFactory(MemoryBudget.Unlimited()));
        await using var app = builder.Build();
        app.Run(context => context.Features.Get<SinkEndpoint>()?.ServeAsync(context) ?? admin.HandleAsync(context));

        await app.StartAsync(stop).ConfigureAwait(false);
        var ready = new SinkReady(Environment.ProcessId, [.. endpoints.All.Select(e => e.ToString())], $"http://{adminListener!.IPEndPoint}");
        await output.WriteLineAsync(JsonSerializer.Serialize(ready, SinkJson.Default.SinkReady)).ConfigureAwait(false);
        await output.FlushAsync(CancellationToken.None).ConfigureAwait(false);

        // The host answers SIGTERM and SIGINT by announcing that it stops.
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop, app.Lifetime.ApplicationStopping);
        await end.Token.WhenCancelledAsync().ConfigureAwait(false);
        await app.StopAsync(CancellationToken.None).ConfigureAwait(false);
    }

    private static GrpcApplication ReceiverOf(SinkTally tally, IServiceProvider services)
    {
        var meters = services.GetRequiredService<IMeterFactory>();
        var metrics = new ReceiverMetrics(meters, tally.ComponentId, "grpc");
        var gate = new MemoryGate(MemoryBudget.Unlimited(), meters, TimeProvider.System);
        var consumers = new SignalConsumers { Traces = [tally], Logs = [tally], Metrics = [tally] };
        var oldFields = new OldFieldNotice(metrics, TimeProvider.System, services.GetRequiredService<ILogger<OldFieldNotice>>());
        var intake = new Intake(PayloadPool.Shared, gate, consumers, metrics, oldFields, TimeProvider.System, services.GetRequiredService<ILogger<FanOut>>());
        var limits = new GrpcListenerOptions { MaxReceiveMessageSize = MaxMessageLength, MaxDecompressedSize = MaxMessageLength };
        return new GrpcApplication(intake, limits, TimeProvider.System, services.GetRequiredService<ILogger<GrpcApplication>>());
    }

    private static void Tune(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = null;
        kestrel.Limits.MinRequestBodyDataRate = null;
        kestrel.Limits.Http2.MaxStreamsPerConnection = 1024;
        kestrel.Limits.Http2.InitialConnectionWindowSize = 16 << 20;
        kestrel.Limits.Http2.InitialStreamWindowSize = 4 << 20;
    }
}
