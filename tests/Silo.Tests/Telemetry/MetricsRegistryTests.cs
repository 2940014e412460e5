using System.Diagnostics.Metrics;
using OrleansLb.Silo.Telemetry;
using OrleansLb.Testing;

namespace OrleansLb.Silo.Tests.Telemetry;

public sealed class MetricsRegistryTests : IDisposable
{
    private readonly Meter _meter;
    private readonly MetricsRegistry _registry;

    public MetricsRegistryTests()
    {
        // A meter name of its own for each test: listeners see every meter of the process.
        _meter = new Meter("test-" + Guid.NewGuid().ToString("N"));
        _registry = new MetricsRegistry(_meter.Name);
    }

    public void Dispose()
    {
        _registry.Dispose();
        _meter.Dispose();
    }

    [Fact]
    public void A_counter_has_help_type_and_a_sample_for_each_set_of_labels()
    {
        var counter = _meter.CreateCounter<long>("otelcol_receiver_accepted_spans", "{spans}", "Spans that were accepted.");
        counter.Add(3, Tag("transport", "grpc"), Tag("receiver", "otlp/x"));
        counter.Add(4, Tag("transport", "http"), Tag("receiver", "otlp/x"));
        counter.Add(5, Tag("transport", "grpc"), Tag("receiver", "otlp/x"));

        Assert.Equal(
            $$"""
            # HELP otelcol_receiver_accepted_spans_total Spans that were accepted.
            # TYPE otelcol_receiver_accepted_spans_total counter
            otelcol_receiver_accepted_spans_total{otel_scope_name="{{_meter.Name}}",receiver="otlp/x",transport="grpc"} 8
            otelcol_receiver_accepted_spans_total{otel_scope_name="{{_meter.Name}}",receiver="otlp/x",transport="http"} 4

            """,
            Scrape());
    }

    [Fact]
    public void Tags_in_another_order_are_the_same_series()
    {
        var counter = _meter.CreateCounter<long>("c");
        counter.Add(1, Tag("a", "1"), Tag("b", true));
        counter.Add(2, Tag("b", true), Tag("a", "1"));

        Assert.Contains($"c_total{{a=\"1\",b=\"true\",otel_scope_name=\"{_meter.Name}\"}} 3\n", Scrape(), StringComparison.Ordinal);
    }

    [Fact]
    public void Metrics_of_a_component_carry_its_path()
    {
        _meter.CreateCounter<long>("c").Add(1, Tag("component_id", "otelcol.receiver.otlp.x"));
        Assert.Contains("component_id=\"otelcol.receiver.otlp.x\",component_path=\"/\"", Scrape(), StringComparison.Ordinal);
    }

    [Fact]
    public void Label_values_and_help_are_escaped()
    {
        _meter.CreateCounter<long>("c", null, "one\\two\nthree").Add(1, Tag("v", "quote\" back\\ line\nend"));
        string text = Scrape();
        Assert.Contains("# HELP c_total one\\\\two\\nthree\n", text, StringComparison.Ordinal);
        Assert.Contains("v=\"quote\\\" back\\\\ line\\nend\"", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_histogram_in_milliseconds_has_cumulative_buckets_sum_and_count()
    {
        var latency = _meter.CreateHistogram<double>("latency", "ms");
        foreach (double value in (double[])[0, 4, 5, 5.5, 5000, 5001])
            latency.Record(value);

        var lines = Scrape().Split('\n');
        Assert.Contains("# TYPE latency_milliseconds histogram", lines);
        Assert.Equal(
            ["0=1", "5=3", "10=4", "20=4", "50=4", "100=4", "200=4", "500=4", "1000=4", "2000=4", "5000=5", "+Inf=6"],
            lines.Where(static l => l.StartsWith("latency_milliseconds_bucket", StringComparison.Ordinal)).Select(BucketAndValue));
        Assert.Contains($"latency_milliseconds_sum{{otel_scope_name=\"{_meter.Name}\"}} 10015.5", lines);
        Assert.Contains($"latency_milliseconds_count{{otel_scope_name=\"{_meter.Name}\"}} 6", lines);
    }

    [Fact]
    public void Observed_series_vanish_when_they_are_no_longer_reported_and_equal_labels_add_up()
    {
        List<Measurement<long>> reports = [new(2, Tag("q", "a")), new(3, Tag("q", "a")), new(1, Tag("q", "b"))];
        _meter.CreateObservableGauge("queue_size", () => reports);
        Assert.Contains($"queue_size{{otel_scope_name=\"{_meter.Name}\",q=\"a\"}} 5\n", Scrape(), StringComparison.Ordinal);

        reports = [new(7, Tag("q", "b"))];
        string text = Scrape();
        Assert.DoesNotContain("q=\"a\"", text, StringComparison.Ordinal);
        Assert.Contains("q=\"b\"} 7\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Gauges_keep_the_newest_value_and_up_down_counters_add()
    {
        var gauge = _meter.CreateGauge<int>("g");
        gauge.Record(5);
        gauge.Record(3);
        var upDown = _meter.CreateUpDownCounter<long>("u");
        upDown.Add(5);
        upDown.Add(-2);

        string text = Scrape();
        Assert.Contains("# TYPE g gauge\n", text, StringComparison.Ordinal);
        Assert.Contains($"g{{otel_scope_name=\"{_meter.Name}\"}} 3\n", text, StringComparison.Ordinal);
        Assert.Contains("# TYPE u gauge\n", text, StringComparison.Ordinal);
        Assert.Contains($"u{{otel_scope_name=\"{_meter.Name}\"}} 3\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Families_come_by_name_and_two_scrapes_agree()
    {
        _meter.CreateCounter<long>("z").Add(1);
        _meter.CreateCounter<long>("a").Add(1);
        string text = Scrape();
        Assert.True(text.IndexOf("a_total", StringComparison.Ordinal) < text.IndexOf("z_total", StringComparison.Ordinal));
        Assert.Equal(text, Scrape());
    }

    [Fact]
    public void Labels_beyond_the_limit_share_one_series_and_lose_nothing()
    {
        var counter = _meter.CreateCounter<long>("c");
        int total = SeriesMap<object>.Limit + 500;
        for (int i = 0; i < total; i++)
            counter.Add(1, Tag("i", i));

        var samples = Scrape().Split('\n').Where(static l => l.StartsWith("c_total", StringComparison.Ordinal)).ToList();
        Assert.Equal(SeriesMap<object>.Limit + 1, samples.Count);
        Assert.Contains("c_total{otel_metric_overflow=\"true\"} 500", samples);
    }

    [Fact]
    public void Threads_that_add_at_once_lose_nothing()
    {
        var counter = _meter.CreateCounter<long>("c");
        Parallel.For(0, 8, _ =>
        {
            for (int i = 0; i < 10_000; i++)
                counter.Add(1, Tag("k", i % 50));
        });

        long sum = Scrape().Split('\n').Where(static l => l.StartsWith("c_total", StringComparison.Ordinal))
            .Sum(static l => long.Parse(l[(l.LastIndexOf(' ') + 1)..], System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(80_000, sum);
    }

    [Fact]
    public void A_known_series_is_counted_without_allocating()
    {
        var counter = _meter.CreateCounter<long>("c");
        var histogram = _meter.CreateHistogram<long>("h", "ms");
        var receiver = Tag("receiver", "otlp/x");
        var transport = Tag("transport", "grpc");
        Measure();
        Assert.Equal(0, AllocatedBytes.LeastOf(() =>
        {
            for (int i = 0; i < 1000; i++)
                Measure();
        }));

        void Measure()
        {
            counter.Add(1, receiver, transport);
            histogram.Record(12, receiver);
        }
    }

    private static KeyValuePair<string, object?> Tag(string name, object? value) => new(name, value);

    private static string BucketAndValue(string line)
    {
        int start = line.IndexOf("le=\"", StringComparison.Ordinal) + 4;
        return line[start..line.IndexOf('"', start)] + "=" + line[(line.LastIndexOf(' ') + 1)..];
    }

    private string Scrape()
    {
        var text = new PrometheusText();
        _registry.WriteTo(text);
        return text.ToString();
    }
}
