using System.Net;
using Google.Protobuf;
using OrleansLb.OtlpModel;

namespace OrleansLb.EndToEnd.Tests.Infrastructure;

/// <summary>One request as a backend received it.</summary>
internal sealed record Delivery(string Path, bool WasCompressed, IMessage Request)
{
    /// <summary>The backend's address that it came to.</summary>
    public IPAddress At { get; init; } = IPAddress.Loopback;

    public IEnumerable<(ResourceSpans Resource, Span Span)> Spans
        => Request is ExportTraceServiceRequest traces
            ? from r in traces.ResourceSpans from s in r.ScopeSpans from span in s.Spans select (r, span)
            : [];

    public IEnumerable<(ResourceLogs Resource, LogRecord Record)> LogRecords
        => Request is ExportLogsServiceRequest logs
            ? from r in logs.ResourceLogs from s in r.ScopeLogs from record in s.LogRecords select (r, record)
            : [];

    public IEnumerable<(ResourceMetrics Resource, Metric Metric)> Metrics
        => Request is ExportMetricsServiceRequest metrics
            ? from r in metrics.ResourceMetrics from s in r.ScopeMetrics from metric in s.Metrics select (r, metric)
            : [];
}
