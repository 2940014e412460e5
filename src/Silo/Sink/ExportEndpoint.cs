using System.Globalization;
using Microsoft.AspNetCore.Http.Features;
using OrleansLb.Otlp;

namespace OrleansLb.Silo.Sink;

/// <summary>The three OTLP export methods over gRPC: counts what arrives and says OK.</summary>
internal static class ExportEndpoint
{
    private const int Ok = 0;
    private const int InvalidArgument = 3;
    private const int Unimplemented = 12;
    private const int Internal = 13;

    public static async Task HandleAsync(HttpContext context)
    {
        var tally = context.Features.GetRequiredFeature<SinkTally>();
        int status = await TakeAsync(context, tally).ConfigureAwait(false);
        context.Response.ContentType = "application/grpc";
        if (status == Ok)
        {
            // An empty message behind its frame header: every ExportServiceResponse without partial success.
            context.Response.BodyWriter.GetSpan(5)[..5].Clear();
            context.Response.BodyWriter.Advance(5);
        }
        context.Response.AppendTrailer("grpc-status", status.ToString(CultureInfo.InvariantCulture));
    }

    private static async ValueTask<int> TakeAsync(HttpContext context, SinkTally tally)
    {
        if (SignalOf(context.Request.Path.Value) is not { } signal)
            return Unimplemented;

        if (await UnaryBody.ReadAsync(context.Request.BodyReader, context.RequestAborted).ConfigureAwait(false) is not { } received)
        {
            tally.Refuse();
            return Internal;
        }
        try
        {
            if (received.Coding == ContentCoding.Identity)
                return tally.TryAdd(signal, received.Message.Span, received.Length) ? Ok : InvalidArgument;

            if (context.Request.Headers["grpc-encoding"] != "gzip" || UnaryBody.Inflate(received) is not { } inflated)
            {
                tally.Refuse();
                return Internal;
            }
            bool counted = tally.TryAdd(signal, inflated.Message.Span, received.Length);
            inflated.Release();
            return counted ? Ok : InvalidArgument;
        }
        finally
        {
            received.Release();
        }
    }

    private static Signal? SignalOf(string? path) => path switch
    {
        "/opentelemetry.proto.collector.trace.v1.TraceService/Export" => Signal.Traces,
        "/opentelemetry.proto.collector.logs.v1.LogsService/Export" => Signal.Logs,
        "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export" => Signal.Metrics,
        _ => null,
    };
}
