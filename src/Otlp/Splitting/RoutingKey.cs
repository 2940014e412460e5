namespace OrleansLb.Otlp.Splitting;

/// <summary>Which property of an item decides its backend.</summary>
public enum RoutingKey : byte
{
    /// <summary>The trace ID of a span or log record.</summary>
    TraceId = 0,

    /// <summary>The resource's <c>service.name</c>.</summary>
    Service = 1,
}
