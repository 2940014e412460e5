using OrleansLb.Otlp.Wire;

namespace OrleansLb.Otlp.Splitting;

/// <summary>The trace ID of a span.</summary>
internal readonly struct SpanTraceId : ITraceIdField
{
    public static uint Tag => OtlpTags.SpanTraceId;
}
