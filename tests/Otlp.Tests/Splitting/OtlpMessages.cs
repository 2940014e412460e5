using System.Collections;
using Google.Protobuf;
using OrleansLb.OtlpModel;

namespace OrleansLb.Otlp.Tests.Splitting;

/// <summary>The three signals' requests of the independent model, which nest alike, through one door.</summary>
internal static class OtlpMessages
{
    private const int EntriesNumber = 1;
    private const int ChildrenNumber = 2;

    public static IMessage Parse(Signal signal, ReadOnlySpan<byte> request) => signal switch
    {
        Signal.Traces => ExportTraceServiceRequest.Parser.ParseFrom(request),
        Signal.Logs => ExportLogsServiceRequest.Parser.ParseFrom(request),
        _ => ExportMetricsServiceRequest.Parser.ParseFrom(request),
    };

    public static IList Entries(IMessage request) => Repeated(request, EntriesNumber);

    /// <summary>The scope entries of a resource entry, or the items of a scope entry.</summary>
    public static IList Children(object entry) => Repeated((IMessage)entry, ChildrenNumber);

    public static Resource ResourceOf(object entry) => entry switch
    {
        ResourceSpans spans => spans.Resource ?? new Resource(),
        ResourceLogs logs => logs.Resource ?? new Resource(),
        _ => ((ResourceMetrics)entry).Resource ?? new Resource(),
    };

    public static InstrumentationScope ScopeOf(object entry) => entry switch
    {
        ScopeSpans spans => spans.Scope ?? new InstrumentationScope(),
        ScopeLogs logs => logs.Scope ?? new InstrumentationScope(),
        _ => ((ScopeMetrics)entry).Scope ?? new InstrumentationScope(),
    };

    /// <summary>The data points of a metric, of whatever kind; an empty list that nothing holds when it has no data.</summary>
    public static IList Points(Metric metric) => metric.DataCase switch
    {
        Metric.DataOneofCase.Gauge => metric.Gauge.DataPoints,
        Metric.DataOneofCase.Sum => metric.Sum.DataPoints,
        Metric.DataOneofCase.Histogram => metric.Histogram.DataPoints,
        Metric.DataOneofCase.ExponentialHistogram => metric.ExponentialHistogram.DataPoints,
        Metric.DataOneofCase.Summary => metric.Summary.DataPoints,
        _ => Array.Empty<object>(),
    };

    public static IEnumerable<KeyValue> AttributesOf(object item) => item switch
    {
        Span span => span.Attributes,
        LogRecord record => record.Attributes,
        NumberDataPoint point => point.Attributes,
        HistogramDataPoint point => point.Attributes,
        ExponentialHistogramDataPoint point => point.Attributes,
        SummaryDataPoint point => point.Attributes,
        _ => [],
    };

    /// <summary>Spans and records count one, metrics their data points.</summary>
    public static int ItemsIn(object element) => element is Metric metric ? Points(metric).Count : 1;

    public static IEnumerable<object> Elements(IMessage request) =>
        from object entry in Entries(request) from object scope in Children(entry) from object element in Children(scope) select element;

    /// <summary>Every data point with all that lies around it, and every metric that has none, as comparable text.</summary>
    public static IEnumerable<string> FlattenPoints(IMessage request) =>
        from object entry in Entries(request)
        let resource = WithoutChildren(entry)
        from object scope in Children(entry)
        let scopeHeader = WithoutChildren(scope)
        from Metric metric in Children(scope)
        let shell = WithoutPoints(metric)
        from point in Points(metric).Cast<IMessage>().Select(Hex).DefaultIfEmpty("none")
        select $"{resource}/{scopeHeader}/{shell}/{point}";

    /// <summary>Every element with the resource and the scope that it stands in, as comparable text.</summary>
    public static IEnumerable<string> Flatten(IMessage request) =>
        from object entry in Entries(request)
        let resource = WithoutChildren(entry)
        from object scope in Children(entry)
        let scopeHeader = WithoutChildren(scope)
        from object element in Children(scope)
        select $"{resource}/{scopeHeader}/{Hex((IMessage)element)}";

    public static IMessage Clone(IMessage message) => message.Descriptor.Parser.ParseFrom(message.ToByteString());

    private static string WithoutChildren(object entry)
    {
        var header = Clone((IMessage)entry);
        Children(header).Clear();
        return Hex(header);
    }

    private static string WithoutPoints(Metric metric)
    {
        var shell = (Metric)Clone(metric);
        if (Points(shell) is { IsFixedSize: false } points)
            points.Clear();
        return Hex(shell);
    }

    private static string Hex(IMessage message) => Convert.ToHexString(message.ToByteArray());

    private static IList Repeated(IMessage message, int number) =>
        (IList)message.Descriptor.FindFieldByNumber(number).Accessor.GetValue(message);
}
