using OrleansLb.Otlp;
using OrleansLb.Otlp.Splitting;

namespace OrleansLb.Micro.Splitting;

/// <summary>A routing key on a signal, where the attributes are that it reads, and how often a key comes again.</summary>
/// <param name="Signal">What the request exports.</param>
/// <param name="Key">The routing key.</param>
/// <param name="ItemsPerKey">Items of the request that share a key; 0 where the key is that of a whole resource or metric.</param>
/// <param name="Places">Where the attributes are, for the figures' table.</param>
/// <param name="Names">The attributes' names.</param>
public sealed record KeyCase(Signal Signal, RoutingKey Key, int ItemsPerKey, string Places = "", params string[] Names)
{
    /// <summary>Every key that a signal supports; those of items twice, as they differ in what they cost.</summary>
    public static IEnumerable<KeyCase> All { get; } =
    [
        new(Signal.Traces, RoutingKey.Service, 0),
        new(Signal.Traces, RoutingKey.Attributes, 0, "resource", "service.name"),
        new(Signal.Logs, RoutingKey.Service, 0),
        new(Signal.Logs, RoutingKey.Resource, 0),
        new(Signal.Logs, RoutingKey.Attributes, 0, "resource", "service.name"),
        new(Signal.Metrics, RoutingKey.Service, 0),
        new(Signal.Metrics, RoutingKey.Resource, 0),
        new(Signal.Metrics, RoutingKey.Metric, 0),
        new(Signal.Metrics, RoutingKey.Attributes, 0, "resource", "service.name"),
        .. OfItems(1),
        .. OfItems(10),
    ];

    /// <summary>What the splitter is given.</summary>
    public SplitOptions Options(IdentifierDialect dialect) =>
        new(Key, dialect, Key == RoutingKey.Attributes ? new RoutingAttributes(Names) : null);

    /// <inheritdoc/>
    public override string ToString() => string.Join(' ', new[] { $"{Signal}", $"{Key}", Places, ItemsPerKey > 0 ? $"/{ItemsPerKey}" : "" }.Where(static text => text.Length > 0));

    // a series has one point in a request, whatever its attributes
    private static IEnumerable<KeyCase> OfItems(int perKey) =>
    [
        new(Signal.Traces, RoutingKey.TraceId, perKey),
        new(Signal.Traces, RoutingKey.Attributes, perKey, "span", "attr.key.3"),
        new(Signal.Traces, RoutingKey.Attributes, perKey, "mixed", "service.name", "attr.key.2", "attr.key.6"),
        new(Signal.Traces, RoutingKey.Attributes, perKey, "fields", "span.kind", "span.name", "attr.key.3"),
        new(Signal.Logs, RoutingKey.TraceId, perKey),
        new(Signal.Logs, RoutingKey.Attributes, perKey, "record", "session.id"),
        new(Signal.Logs, RoutingKey.Attributes, perKey, "mixed", "service.name", "user.id", "session.id"),
        new(Signal.Logs, RoutingKey.Attributes, perKey, "fields", "log.severity", "log.body", "session.id"),
        .. perKey == 1 ? [new(Signal.Metrics, RoutingKey.StreamId, perKey)] : Array.Empty<KeyCase>(),
        new(Signal.Metrics, RoutingKey.Attributes, perKey, "point", "http.route"),
        new(Signal.Metrics, RoutingKey.Attributes, perKey, "mixed", "service.name", "http.route", "http.response.status_code"),
    ];
}
