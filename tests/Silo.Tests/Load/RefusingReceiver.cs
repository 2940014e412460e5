using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using OrleansLb.Otlp.Grpc;

namespace OrleansLb.Silo.Tests.Load;

/// <summary>An OTLP/gRPC receiver on a free loopback port that refuses its first request, as it is written in a full queue's refusal, and takes those after it.</summary>
internal sealed class RefusingReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly TimeSpan? _delay;
    private int _attempts;

    private RefusingReceiver(WebApplication app, TimeSpan? delay)
    {
        (_app, _delay) = (app, delay);
        app.Run(AnswerAsync);
    }

    /// <summary>Where it listens, <c>host:port</c>.</summary>
    public string Endpoint { get; private set; } = "";

    /// <summary>Requests that came.</summary>
    public int Attempts => Volatile.Read(ref _attempts);

    /// <param name="delay">How long it asks to be left alone; null: it does not ask.</param>
    public static async Task<RefusingReceiver> StartAsync(TimeSpan? delay)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        ListenOptions? listener = null;
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, options =>
        {
            options.Protocols = HttpProtocols.Http2;
            listener = options;
        }));
        var receiver = new RefusingReceiver(builder.Build(), delay);
        await receiver._app.StartAsync();
        receiver.Endpoint = listener!.IPEndPoint!.ToString();
        return receiver;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        await context.Request.Body.CopyToAsync(Stream.Null);
        context.Response.ContentType = GrpcHeaderNames.ContentType;
        if (Interlocked.Increment(ref _attempts) > 1)
        {
            context.Response.Headers[GrpcHeaderNames.Status] = "0";
            return;
        }

        var refusal = new GrpcStatus(GrpcStatusCode.Unavailable, "sending queue is full", _delay);
        context.Response.Headers[GrpcHeaderNames.Status] = "14";
        if (_delay is not null)
            context.Response.Headers[GrpcHeaderNames.StatusDetails] = GrpcBinaryHeader.Encode(RpcStatus.Encode(refusal));
    }
}
