using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using OrleansLb.EndToEnd.Tests.Infrastructure;

namespace OrleansLb.EndToEnd.Tests;

/// <summary>The official OpenTelemetry SDK as client, the program as a process, backends that decode with a model of their own.</summary>
public sealed class SdkClientTests
{
    private static readonly string[] Services = ["frontend", "checkout", "payment"];

    [Theory]
    [InlineData(OtlpExportProtocol.Grpc)]
    [InlineData(OtlpExportProtocol.HttpProtobuf)]
    public async Task Spans_of_several_services_arrive_once_and_every_trace_at_one_backend(OtlpExportProtocol protocol)
    {
        await using var a = await MockBackend.StartAsync();
        await using var b = await MockBackend.StartAsync();
        await using var c = await MockBackend.StartAsync();
        await using var balancer = await OrleansLbProcess.RunAsync(Configurations.Balancer([a, b, c]));
        var receiver = await balancer.ReceiverAsync(Transport(protocol));
        var sent = new ConcurrentDictionary<string, byte>();

        var providers = Services.Select(service => Sdk.CreateTracerProviderBuilder()
            .ConfigureResource(r => r.AddService(service))
            .AddSource($"{protocol}.{service}")
            .AddProcessor(new SpanIdRecorder(sent))
            .AddOtlpExporter(o => Configure(o, protocol, receiver, "/v1/traces"))
            .Build()).ToArray();
        var sources = Services.Select(service => new ActivitySource($"{protocol}.{service}")).ToArray();
        for (int trace = 0; trace < 200; trace++)
        {
            // one trace through all services, so that its spans leave the client in different requests
            using var root = sources[0].StartActivity("root", ActivityKind.Server, new ActivityContext(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded))!;
            foreach (var source in sources)
                source.StartActivity("work", ActivityKind.Internal, root.Context)!.Dispose();
        }

        foreach (var provider in providers)
        {
            Assert.True(provider.ForceFlush(30_000));
            provider.Dispose();
        }

        Assert.Equal(200 * (1 + Services.Length), sent.Count);
        await MockBackend.UntilAsync(() => Delivered.SpanCount(a, b, c) >= sent.Count, "all spans delivered", a, b, c);
        Delivered.EverySpanOnce(sent.Keys.ToHashSet(), a, b, c);
        Delivered.EveryTraceAtOneBackend(a, b, c);
        Delivered.EveryBackendHasSpans(a, b, c);
        Assert.Equal(
            sent.Count,
            await balancer.MetricAsync("otelcol_receiver_accepted_spans_total", $"transport=\"{Transport(protocol)}\"", "receiver=\"otlp/otelcol.receiver.otlp.default\""));
        await balancer.MetricReachesAsync(sent.Count, "otelcol_exporter_sent_spans_total", "component_id=\"otelcol.exporter.loadbalancing.default\"");
    }

    [Theory]
    [InlineData(OtlpExportProtocol.Grpc)]
    [InlineData(OtlpExportProtocol.HttpProtobuf)]
    public async Task Log_records_arrive_once_and_with_the_spans_of_their_trace(OtlpExportProtocol protocol)
    {
        await using var a = await MockBackend.StartAsync();
        await using var b = await MockBackend.StartAsync();
        await using var balancer = await OrleansLbProcess.RunAsync(Configurations.Balancer([a, b]));
        var receiver = await balancer.ReceiverAsync(Transport(protocol));

        using var source = new ActivitySource($"logs.{protocol}");
        var tracer = Sdk.CreateTracerProviderBuilder()
            .AddSource(source.Name)
            .AddOtlpExporter(o => Configure(o, protocol, receiver, "/v1/traces"))
            .Build();
        using (var loggers = LoggerFactory.Create(logging => logging.AddOpenTelemetry(o => o.AddOtlpExporter(e => Configure(e, protocol, receiver, "/v1/logs")))))
        {
            var logger = loggers.CreateLogger("e2e");
            for (int i = 0; i < 100; i++)
            {
                using var span = source.StartActivity("root", ActivityKind.Server, new ActivityContext(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded));
                logger.Record(i);
                logger.Record(i + 1000);
            }
        }

        tracer.Dispose();
        await MockBackend.UntilAsync(() => Records(a).Count() + Records(b).Count() >= 200 && Delivered.SpanCount(a, b) >= 100, "all log records delivered", a, b);

        Assert.Equal(200, Records(a).Concat(Records(b)).Select(static r => r.Body.StringValue + r.Attributes.First(static x => x.Value.ValueCase == OtlpModel.AnyValue.ValueOneofCase.IntValue).Value.IntValue).Distinct().Count());
        foreach (var backend in new[] { a, b })
        {
            var traces = backend.Spans.Select(static s => s.TraceId).ToHashSet();
            Assert.NotEmpty(traces);
            Assert.All(Records(backend), r => Assert.Contains(r.TraceId, traces));
        }
    }

    [Theory]
    [InlineData(OtlpExportProtocol.Grpc)]
    [InlineData(OtlpExportProtocol.HttpProtobuf)]
    public async Task Data_points_arrive_once_and_every_service_at_one_backend(OtlpExportProtocol protocol)
    {
        await using var a = await MockBackend.StartAsync();
        await using var b = await MockBackend.StartAsync();
        await using var balancer = await OrleansLbProcess.RunAsync(Configurations.Balancer([a, b], routingKey: "service"));
        var receiver = await balancer.ReceiverAsync(Transport(protocol));
        string[] services = [.. Enumerable.Range(0, 20).Select(static i => $"service-{i}")];

        foreach (string service in services)
        {
            using var meter = new Meter($"{protocol}.{service}");
            using var provider = Sdk.CreateMeterProviderBuilder()
                .ConfigureResource(r => r.AddService(service))
                .AddMeter(meter.Name)
                .AddOtlpExporter((o, reader) =>
                {
                    Configure(o, protocol, receiver, "/v1/metrics");
                    reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = int.MaxValue;
                })
                .Build();
            meter.CreateCounter<long>("orders").Add(3, new KeyValuePair<string, object?>("kind", "book"));
            meter.CreateHistogram<double>("latency").Record(1.5);
        }

        var counted = () => Metrics(a).Concat(Metrics(b)).Count(static m => m.Metric.Name is "orders" or "latency");
        await MockBackend.UntilAsync(() => counted() >= 2 * services.Length, "all metrics delivered", a, b);
        Assert.Equal(2 * services.Length, counted());
        var owners = new[] { a, b }
            .SelectMany(x => Metrics(x).Select(m => (Service: Delivered.ServiceOf(m.Resource.Resource), x.Endpoint)))
            .Distinct()
            .ToList();
        Assert.Equal(services.Length, owners.Count);
        Assert.Equal(2, owners.Select(static o => o.Endpoint).Distinct().Count());
    }

    private static string Transport(OtlpExportProtocol protocol) => protocol == OtlpExportProtocol.Grpc ? "grpc" : "http";

    private static void Configure(OtlpExporterOptions options, OtlpExportProtocol protocol, Uri receiver, string path)
    {
        options.Protocol = protocol;
        options.Endpoint = protocol == OtlpExportProtocol.Grpc ? receiver : new Uri(receiver, path);
        options.TimeoutMilliseconds = 30_000;
    }

    private static IEnumerable<OtlpModel.LogRecord> Records(MockBackend backend)
        => backend.Accepted.SelectMany(static d => d.LogRecords).Select(static r => r.Record);

    private static IEnumerable<(OtlpModel.ResourceMetrics Resource, OtlpModel.Metric Metric)> Metrics(MockBackend backend)
        => backend.Accepted.SelectMany(static d => d.Metrics);

    private sealed class SpanIdRecorder(ConcurrentDictionary<string, byte> sent) : BaseProcessor<Activity>
    {
        public override void OnEnd(Activity data) => sent[data.SpanId.ToHexString()] = 0;
    }
}
