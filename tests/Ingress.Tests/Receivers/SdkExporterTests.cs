using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using OrleansLb.Otlp;

namespace OrleansLb.Ingress.Tests.Receivers;

/// <summary>The OpenTelemetry SDK for .NET as a client that knows nothing of us.</summary>
public sealed class SdkExporterTests
{
    private readonly RecordingConsumer _consumer = new();

    public static TheoryData<OtlpExportProtocol> Protocols => [OtlpExportProtocol.Grpc, OtlpExportProtocol.HttpProtobuf];

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task Its_spans_arrive(OtlpExportProtocol protocol)
    {
        await using var harness = await ReceiverHarness.StartAsync(_consumer);
        using var source = new ActivitySource($"test-{Guid.NewGuid()}");
        using (var provider = Sdk.CreateTracerProviderBuilder().AddSource(source.Name).AddOtlpExporter(Configure(harness, protocol, Signal.Traces)).Build())
        {
            for (int span = 0; span < 25; span++)
                source.StartActivity($"operation {span}")!.Dispose();
            Assert.True(provider.ForceFlush(30_000));
        }

        Assert.Equal((25, true), (_consumer.Items, _consumer.Received.All(record => record.Signal == Signal.Traces)));
        Assert.Equal(25, harness.Meters.Sum("otelcol_receiver_accepted_spans"));
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task Its_log_records_arrive(OtlpExportProtocol protocol)
    {
        await using var harness = await ReceiverHarness.StartAsync(_consumer);
        using (var loggers = LoggerFactory.Create(logging => logging.AddOpenTelemetry(options => options.AddOtlpExporter(Configure(harness, protocol, Signal.Logs)))))
        {
            var logger = loggers.CreateLogger("test");
            for (int record = 0; record < 25; record++)
                Hello(logger, record, null);
        }

        Assert.Equal((25, true), (_consumer.Items, _consumer.Received.All(record => record.Signal == Signal.Logs)));
        Assert.Equal(25, harness.Meters.Sum("otelcol_receiver_accepted_log_records"));
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task Its_data_points_arrive(OtlpExportProtocol protocol)
    {
        await using var harness = await ReceiverHarness.StartAsync(_consumer);
        using var meter = new Meter($"test-{Guid.NewGuid()}");
        using (var provider = Sdk.CreateMeterProviderBuilder().AddMeter(meter.Name).AddOtlpExporter(Configure(harness, protocol, Signal.Metrics)).Build())
        {
            meter.CreateCounter<long>("requests").Add(1);
            meter.CreateHistogram<double>("duration").Record(0.5);
            Assert.True(provider.ForceFlush(30_000));
        }

        // the export on shutdown repeats cumulative points
        Assert.True(_consumer.Items >= 2);
        Assert.All(_consumer.Received, record => Assert.Equal((Signal.Metrics, 2), (record.Signal, record.Items)));
    }

    private static readonly Action<ILogger, int, Exception?> Hello = LoggerMessage.Define<int>(LogLevel.Information, 1, "hello {Number}");

    private static Action<OtlpExporterOptions> Configure(ReceiverHarness harness, OtlpExportProtocol protocol, Signal signal) => options =>
    {
        options.Protocol = protocol;
        options.TimeoutMilliseconds = 30_000;
        options.Endpoint = protocol == OtlpExportProtocol.Grpc
            ? new Uri($"http://{harness.Grpc}")
            : new Uri($"http://{harness.Http}{OrleansLb.Otlp.Grpc.OtlpServices.HttpPathOf(signal)}");
    };
}
