namespace OrleansLb.Otlp.Splitting;

/// <summary>Which property of an item decides its backend.</summary>
public enum RoutingKey : byte
{
    /// <summary>The trace ID of a span or log record.</summary>
    TraceId = 0,

    /// <summary>The resource's <c>service.name</c>.</summary>
    Service = 1,

    /// <summary>All attributes of the resource.</summary>
    Resource = 2,

    /// <summary>The name of a metric.</summary>
    Metric = 3,

    /// <summary>What identifies a time series: resource, scope, metric and the attributes of a data point.</summary>
    StreamId = 4,

    /// <summary>Attributes that the configuration names, of resource, scope or item.</summary>
    Attributes = 5,
}
