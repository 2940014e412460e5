using OrleansLb.Otlp.Wire;

namespace OrleansLb.Otlp.Splitting;

/// <summary>The trace ID of a log record.</summary>
internal readonly struct LogRecordTraceId : ITraceIdField
{
    public static uint Tag => OtlpTags.LogRecordTraceId;
}
