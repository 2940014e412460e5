using Google.Protobuf;
using OrleansLb.OtlpModel;

namespace OrleansLb.EndToEnd.Tests.Infrastructure;

/// <summary>Small requests of every signal, and what became of them at the backends.</summary>
internal static class Telemetry
{
    public static KeyValue Attribute(string key, string value) => new() { Key = key, Value = new AnyValue { StringValue = value } };

    public static Resource Resource(params (string Key, string Value)[] attributes) =>
        new() { Attributes = { attributes.Select(static pair => Attribute(pair.Key, pair.Value)) } };

    public static Resource Service(string name) => Resource(("service.name", name));

    /// <summary>A cumulative sum with one point for each value of the attribute <c>k</c>.</summary>
    public static Metric Sum(string name, params IEnumerable<string> points) => new()
    {
        Name = name,
        Description = $"about {name}",
        Unit = "By",
        Sum = new Sum
        {
            IsMonotonic = true,
            AggregationTemporality = AggregationTemporality.Cumulative,
            DataPoints = { points.Select(static point => new NumberDataPoint { AsInt = 1, Attributes = { Attribute("k", point) } }) },
        },
    };

    public static ExportMetricsServiceRequest Metrics(params IEnumerable<(Resource Resource, Metric Metric)> metrics) => new()
    {
        ResourceMetrics =
        {
            metrics.Select(static m => new ResourceMetrics { Resource = m.Resource, ScopeMetrics = { new ScopeMetrics { Metrics = { m.Metric } } } }),
        },
    };

    public static ExportLogsServiceRequest Logs(params IEnumerable<(Resource Resource, LogRecord Record)> records) => new()
    {
        ResourceLogs =
        {
            records.Select(static r => new ResourceLogs { Resource = r.Resource, ScopeLogs = { new ScopeLogs { LogRecords = { r.Record } } } }),
        },
    };

    public static ExportTraceServiceRequest Traces(params IEnumerable<(Resource Resource, Span Span)> spans) => new()
    {
        ResourceSpans =
        {
            spans.Select(static s => new ResourceSpans { Resource = s.Resource, ScopeSpans = { new ScopeSpans { Spans = { s.Span } } } }),
        },
    };

    public static ByteString TraceId(int number) => ByteString.CopyFrom([.. BitConverter.GetBytes(number), .. new byte[12]]);

    /// <summary>The backends of every key that occurs in what backends accepted.</summary>
    public static Dictionary<string, string[]> Owners(MockBackend[] backends, Func<Delivery, IEnumerable<string>> keysOf) => (
        from backend in backends
        from delivery in backend.Accepted
        from key in keysOf(delivery)
        group backend.Endpoint by key into byKey
        select byKey).ToDictionary(static group => group.Key, static group => group.Distinct().ToArray());

    /// <summary>How many items backends accepted.</summary>
    public static int Items(params MockBackend[] backends) => backends.SelectMany(static b => b.Accepted)
        .Sum(static d => d.Spans.Count() + d.LogRecords.Count() + d.Metrics.Sum(static m => m.Metric.Sum.DataPoints.Count));

    public static string? Text(IEnumerable<KeyValue> attributes, string key) => attributes.FirstOrDefault(a => a.Key == key)?.Value.StringValue;
}
