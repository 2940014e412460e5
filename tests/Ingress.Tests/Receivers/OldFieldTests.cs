using System.Net;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using OrleansLb.Ingress.Receivers;
using OrleansLb.Ingress.Telemetry;
using OrleansLb.Otlp;
using OrleansLb.Otlp.Grpc;
using OrleansLb.Testing;

namespace OrleansLb.Ingress.Tests.Receivers;

/// <summary>Senders of before OTLP 0.15 are served, counted and named.</summary>
public sealed class OldFieldTests : IDisposable
{
    private readonly FakeTime _time = new();
    private readonly CapturedLogs _logs = new();

    private static byte[] Request => new WireMessage()
        .Message(1, new WireMessage().Message(1000, new WireMessage().Message(2, new WireMessage().Text(5, "a")).Message(2, new WireMessage().Text(5, "b")))).Encode();

    private IEnumerable<string> Warnings => _logs.AboveDebug.Where(text => text.Contains("instrumentation_library", StringComparison.Ordinal));

    public void Dispose() => _logs.Dispose();

    [Fact]
    public async Task Their_items_are_counted_and_their_address_is_logged_once_an_hour()
    {
        var consumer = new RecordingConsumer();
        await using var harness = await ReceiverHarness.StartAsync(consumer, time: _time, loggers: _logs);
        for (int i = 0; i < 3; i++)
            Assert.Equal(GrpcStatusCode.Ok, (await harness.CallAsync(Signal.Traces, OtlpRequests.Frame(Request))).Code);

        Assert.Equal(6, consumer.Items);
        Assert.Equal(6, harness.Meters.Sum("orleanslb_receiver_unroutable_items", "reason=deprecated_field"));
        Assert.Equal(6, harness.Meters.Sum("otelcol_receiver_accepted_spans"));
        string warning = Assert.Single(Warnings);
        Assert.Contains("127.0.0.1 sends 2 items in instrumentation_library_spans", warning, StringComparison.Ordinal);

        _time.Advance(TimeSpan.FromHours(1));
        await harness.CallAsync(Signal.Traces, OtlpRequests.Frame(Request));
        Assert.Equal(2, Warnings.Count());
    }

    [Fact]
    public async Task Over_http_they_are_counted_too()
    {
        await using var harness = await ReceiverHarness.StartAsync(new RecordingConsumer(), time: _time, loggers: _logs);
        Assert.Equal(200, (await harness.PostAsync("/v1/traces", new ByteArrayContent(Request))).Status);

        Assert.Equal(2, harness.Meters.Sum("orleanslb_receiver_unroutable_items", "transport=http"));
        Assert.Single(Warnings);
    }

    [Fact]
    public void No_more_clients_are_remembered_than_so_many_and_old_ones_are_forgotten()
    {
        using var meters = new TestMeters();
        var notice = new OldFieldNotice(new ReceiverMetrics(meters, "receiver", "grpc"), _time, _logs.CreateLogger<OldFieldNotice>());
        for (int client = 0; client < OldFieldNotice.MostClients + 10; client++)
            notice.Note(From(client), Signal.Logs, 1);
        Assert.Equal(OldFieldNotice.MostClients, Warnings.Count());
        Assert.Equal(OldFieldNotice.MostClients + 10, meters.Sum("orleanslb_receiver_unroutable_items"));

        _time.Advance(OldFieldNotice.Pause);
        notice.Note(From(OldFieldNotice.MostClients + 1), Signal.Logs, 1);
        Assert.Equal(OldFieldNotice.MostClients + 1, Warnings.Count());
    }

    private static FeatureCollection From(int client)
    {
        var context = new FeatureCollection();
        context.Set<IHttpConnectionFeature>(new HttpConnectionFeature { RemoteIpAddress = new IPAddress([10, 0, (byte)(client >> 8), (byte)client]) });
        return context;
    }
}
