using OrleansLb.Otlp;
using OrleansLb.Otlp.Splitting;

namespace OrleansLb.Micro.Splitting;

/// <summary>A routing key on a signal, and where the attributes are that it reads.</summary>
/// <param name="Signal">What the request exports.</param>
/// <param name="Key">The routing key.</param>
/// <param name="Places">Where the attributes are, for the figures' table.</param>
/// <param name="Names">The attributes' names.</param>
public sealed record KeyCase(Signal Signal, RoutingKey Key, string Places = "", params string[] Names)
{
    /// <summary>Every key that a signal supports.</summary>
    public static IEnumerable<KeyCase> All { get; } =
    [
        new(Signal.Traces, RoutingKey.TraceId),
        new(Signal.Traces, RoutingKey.Service),
        new(Signal.Traces, RoutingKey.Attributes, "resource", "service.name"),
        new(Signal.Traces, RoutingKey.Attributes, "span", "attr.key.3"),
        new(Signal.Traces, RoutingKey.Attributes, "mixed", "service.name", "attr.key.2", "attr.key.6"),
        new(Signal.Traces, RoutingKey.Attributes, "fields", "span.kind", "span.name", "attr.key.3"),
        new(Signal.Logs, RoutingKey.TraceId),
        new(Signal.Logs, RoutingKey.Service),
        new(Signal.Logs, RoutingKey.Resource),
        new(Signal.Logs, RoutingKey.Attributes, "resource", "service.name"),
        new(Signal.Logs, RoutingKey.Attributes, "record", "session.id"),
        new(Signal.Logs, RoutingKey.Attributes, "mixed", "service.name", "user.id", "session.id"),
        new(Signal.Logs, RoutingKey.Attributes, "fields", "log.severity", "log.body", "session.id"),
        new(Signal.Metrics, RoutingKey.Service),
        new(Signal.Metrics, RoutingKey.Resource),
        new(Signal.Metrics, RoutingKey.Metric),
        new(Signal.Metrics, RoutingKey.StreamId),
        new(Signal.Metrics, RoutingKey.Attributes, "resource", "service.name"),
        new(Signal.Metrics, RoutingKey.Attributes, "point", "http.route"),
        new(Signal.Metrics, RoutingKey.Attributes, "mixed", "service.name", "http.route", "http.response.status_code"),
    ];

    /// <summary>What the splitter is given.</summary>
    public SplitOptions Options(IdentifierDialect dialect) =>
        new(Key, dialect, Key == RoutingKey.Attributes ? new RoutingAttributes(Names) : null);

    /// <inheritdoc/>
    public override string ToString() => $"{Signal} {Key} {Places}".TrimEnd();
}
