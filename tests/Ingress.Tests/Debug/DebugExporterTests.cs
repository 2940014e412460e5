using OrleansLb.Ingress.Debug;
using OrleansLb.Ingress.Pipeline;
using OrleansLb.Otlp;
using OrleansLb.Otlp.Memory;
using OrleansLb.Testing;
using Xunit.Abstractions;

namespace OrleansLb.Ingress.Tests.Debug;

public sealed class DebugExporterTests(ITestOutputHelper log)
{
    private const string Heading = "2026-01-02T03:04:05.678Z otelcol.exporter.debug.d ";

    private static readonly DateTimeOffset s_now = new(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero);
    private static readonly byte[] s_traceId = [.. Enumerable.Range(1, 16).Select(i => (byte)i)];
    private static readonly byte[] s_spanId = [0xA, 0xB, 0xC, 0xD, 0xE, 0xF, 1, 2];

    private static readonly WireMessage s_span = new WireMessage()
        .Bytes(1, s_traceId).Bytes(2, s_spanId).Text(5, "GET /").Varint(6, 2)
        .Fixed64(7, 1_700_000_000_123_456_789).Fixed64(8, 0)
        .Attribute(9, "http.status", new WireMessage().Varint(3, 200))
        .Message(11, new WireMessage().Text(2, "retry"))
        .Message(15, new WireMessage().Varint(3, 2))
        .Varint(99, 7);

    private static readonly WireMessage s_log = new WireMessage()
        .Varint(2, 9).Text(3, "INFO")
        .Message(5, new WireMessage().Text(1, "two\nlines"))
        .Attribute(6, "list", new WireMessage().Message(5,
            new WireMessage().Message(1, new WireMessage().Varint(2, 1)).Message(1, new WireMessage().Real(4, 1.5))))
        .Attribute(6, "map", new WireMessage().Message(6, new WireMessage().Attribute(1, "k", new WireMessage().Bytes(7, [0xFF]))));

    private static readonly WireMessage s_metric = new WireMessage()
        .Text(1, "requests")
        .Message(7, new WireMessage()
            .Message(1, new WireMessage().Attribute(7, "a", new WireMessage().Text(1, "1")).Attribute(7, "b", new WireMessage().Text(1, "2"))
                .Fixed64(6, unchecked((ulong)-5)))
            .Varint(2, 2).Varint(3, 1));

    private static readonly WireMessage s_histogram = new WireMessage()
        .Text(1, "latency")
        .Message(9, new WireMessage().Message(1, new WireMessage().Fixed64(4, 3).Real(5, 4.5)
            .Bytes(6, [1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0]).Bytes(7, BitConverter.GetBytes(0.25))));

    [Fact]
    public async Task Basic_is_one_line_of_counts()
    {
        Assert.Equal(Heading + "Traces resource spans: 1, spans: 2\n", await PrintAsync(DebugVerbosity.Basic, Signal.Traces, 2, s_span, s_span));
        Assert.Equal(Heading + "Logs resource logs: 1, log records: 1\n", await PrintAsync(DebugVerbosity.Basic, Signal.Logs, 1, s_log));
        Assert.Equal(
            Heading + "Metrics resource metrics: 1, metrics: 2, data points: 5\n",
            await PrintAsync(DebugVerbosity.Basic, Signal.Metrics, 5, s_metric, s_histogram));
    }

    [Fact]
    public async Task Normal_is_a_line_per_item()
    {
        Assert.Equal(
            Heading + "Traces resource spans: 1, spans: 1\n    GET / 0102030405060708090a0b0c0d0e0f10 0a0b0c0d0e0f0102 http.status=200\n",
            await PrintAsync(DebugVerbosity.Normal, Signal.Traces, 1, s_span));
        Assert.Equal(
            Heading + "Logs resource logs: 1, log records: 1\n    two\\u000alines list=[true, 1.5] map={k: ff}\n",
            await PrintAsync(DebugVerbosity.Normal, Signal.Logs, 1, s_log));
        Assert.Equal(
            Heading + "Metrics resource metrics: 1, metrics: 2, data points: 2\n    requests{a=1,b=2} -5\n    latency{} count=3 sum=4.5\n",
            await PrintAsync(DebugVerbosity.Normal, Signal.Metrics, 2, s_metric, s_histogram));
    }

    [Fact]
    public async Task Detailed_shows_every_field_of_a_span() => Assert.Equal(
        Heading + """
            Traces resource spans: 1, spans: 1
                resource spans:
                    resource:
                        -> service.name: Str(shop)
                    scope spans:
                        scope:
                            name: lib
                        span:
                            trace ID: 0102030405060708090a0b0c0d0e0f10
                            span ID: 0a0b0c0d0e0f0102
                            name: GET /
                            kind: Server
                            start time: 2023-11-14 22:13:20.123456789 UTC
                            end time: 0
                            -> http.status: Int(200)
                            event:
                                name: retry
                            status:
                                code: Error
                            unknown field 99: 1 bytes

            """.ReplaceLineEndings("\n"),
        await PrintAsync(DebugVerbosity.Detailed, Signal.Traces, 1, s_span));

    [Fact]
    public async Task Detailed_shows_every_field_of_logs_and_metrics()
    {
        string logs = await PrintAsync(DebugVerbosity.Detailed, Signal.Logs, 1, s_log);
        Assert.Contains("severity number: 9\n", logs, StringComparison.Ordinal);
        Assert.Contains("body: Str(two\\u000alines)\n", logs, StringComparison.Ordinal);
        Assert.Contains("-> list: Slice([Bool(true), Double(1.5)])\n", logs, StringComparison.Ordinal);
        Assert.Contains("-> map: Map({k: Bytes(ff)})\n", logs, StringComparison.Ordinal);

        string metrics = await PrintAsync(DebugVerbosity.Detailed, Signal.Metrics, 2, s_metric, s_histogram);
        Assert.Contains("value: -5\n", metrics, StringComparison.Ordinal);
        Assert.Contains("aggregation temporality: Cumulative\n", metrics, StringComparison.Ordinal);
        Assert.Contains("monotonic: true\n", metrics, StringComparison.Ordinal);
        Assert.Contains("bucket counts: [1, 2]\n", metrics, StringComparison.Ordinal);
        Assert.Contains("explicit bounds: [0.25]\n", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sampling_starts_anew_each_second_and_for_each_signal()
    {
        var time = new FakeTime(s_now);
        var output = NewWriter();
        var exporter = new DebugExporter(
            new DebugExporterOptions { ComponentId = "d", SamplingInitial = 2, SamplingThereafter = 3 }, output, time);

        Assert.Equal("++--+--+", await PrintedAsync(Signal.Traces, 8));
        Assert.Equal("++-", await PrintedAsync(Signal.Logs, 3));
        time.Advance(TimeSpan.FromMilliseconds(999));
        Assert.Equal("-", await PrintedAsync(Signal.Traces, 1));
        time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal("++-", await PrintedAsync(Signal.Traces, 3));

        async Task<string> PrintedAsync(Signal signal, int count)
        {
            string printed = "";
            for (int i = 0; i < count; i++)
            {
                int before = output.GetStringBuilder().Length;
                var payload = Payload.CopyOf(Request("shop", s_span).Encode());
                Assert.Equal(ConsumeStatus.Accepted, (await exporter.ConsumeAsync(new ReceivedRequest(signal, payload, 1), default)).Status);
                printed += output.GetStringBuilder().Length > before ? '+' : '-';
            }

            return printed;
        }
    }

    [Fact]
    public async Task Without_sampling_after_the_first_ones_nothing_more_is_printed()
    {
        var output = NewWriter();
        var exporter = new DebugExporter(
            new DebugExporterOptions { ComponentId = "d", SamplingInitial = 1, SamplingThereafter = 0 }, output, new FakeTime(s_now));
        for (int i = 0; i < 10; i++)
            await exporter.ConsumeAsync(new ReceivedRequest(Signal.Traces, Payload.CopyOf([]), 1), default);

        Assert.Single(output.ToString().TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task An_output_that_is_gone_does_not_disturb_the_pipeline()
    {
        var output = NewWriter();
        await output.DisposeAsync();
        var exporter = new DebugExporter(new DebugExporterOptions { ComponentId = "d" }, output, new FakeTime(s_now));

        var result = await exporter.ConsumeAsync(new ReceivedRequest(Signal.Traces, Payload.CopyOf([]), 1), default);

        Assert.Equal(ConsumeStatus.Accepted, result.Status);
    }

    [Fact]
    public async Task The_payload_is_left_to_its_owner()
    {
        var payload = Payload.CopyOf(Request("shop", s_span).Encode());
        var exporter = new DebugExporter(
            new DebugExporterOptions { ComponentId = "d", Verbosity = DebugVerbosity.Detailed }, NewWriter(), new FakeTime(s_now));

        await exporter.ConsumeAsync(new ReceivedRequest(Signal.Traces, payload, 1), default);

        payload.Release();
        Assert.Throws<ObjectDisposedException>(payload.Release);
    }

    [Fact]
    public async Task Odd_bytes_are_printed_as_far_as_they_make_sense()
    {
        int seed = Random.Shared.Next();
        log.WriteLine($"seed {seed}");
        var random = new Random(seed);
        byte[][] originals = [.. new[] { s_span, s_log, s_metric, s_histogram }.Select(item => Request("shop", item).Encode())];
        foreach (var verbosity in Enum.GetValues<DebugVerbosity>())
        {
            for (int i = 0; i < 2_000; i++)
            {
                byte[] bytes = [.. originals[random.Next(originals.Length)]];
                for (int n = random.Next(1, 6); n > 0; n--)
                    bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                await PrintAsync(verbosity, (Signal)random.Next(3), 1, bytes[..random.Next(bytes.Length + 1)]);
            }
        }

        Assert.Contains("<malformed: ", await PrintAsync(DebugVerbosity.Detailed, Signal.Traces, 1, originals[0][..^3]), StringComparison.Ordinal);
        Assert.Contains("<malformed: ", await PrintAsync(DebugVerbosity.Normal, Signal.Traces, 1, originals[0][..^3]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Values_that_nest_deeply_are_cut_off()
    {
        var value = new WireMessage().Varint(3, 1);
        for (int i = 0; i < 2_000; i++)
            value = new WireMessage().Message(5, new WireMessage().Message(1, value));
        var span = new WireMessage().Attribute(9, "deep", value);

        Assert.Contains("…", await PrintAsync(DebugVerbosity.Detailed, Signal.Traces, 1, span), StringComparison.Ordinal);
    }

    /// <summary>A request of one resource and one scope with these items.</summary>
    private static WireMessage Request(string service, params WireMessage[] items)
    {
        var scope = new WireMessage().Message(1, new WireMessage().Text(1, "lib"));
        foreach (var item in items)
            scope.Message(2, item);
        var resource = new WireMessage().Attribute(1, "service.name", new WireMessage().Text(1, service));
        return new WireMessage().Message(1, new WireMessage().Message(1, resource).Message(2, scope));
    }

    private static Task<string> PrintAsync(DebugVerbosity verbosity, Signal signal, int items, params WireMessage[] messages) =>
        PrintAsync(verbosity, signal, items, Request("shop", messages).Encode());

    private static async Task<string> PrintAsync(DebugVerbosity verbosity, Signal signal, int items, byte[] request)
    {
        var output = NewWriter();
        var options = new DebugExporterOptions { ComponentId = "otelcol.exporter.debug.d", Verbosity = verbosity };
        var exporter = new DebugExporter(options, output, new FakeTime(s_now));
        var result = await exporter.ConsumeAsync(new ReceivedRequest(signal, Payload.CopyOf(request), items), CancellationToken.None);
        Assert.Equal(ConsumeStatus.Accepted, result.Status);
        return output.ToString();
    }

    private static StringWriter NewWriter() => new() { NewLine = "\n" };
}
