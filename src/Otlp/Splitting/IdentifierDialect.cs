namespace OrleansLb.Otlp.Splitting;

/// <summary>Which bytes a routing key yields for an item.</summary>
public enum IdentifierDialect : byte
{
    /// <summary>
    /// The same bytes for every signal: the raw trace ID, the bare service name. A trace's logs land where its spans land,
    /// and the three signals of a service share a backend. Attributes make <c>name=value|</c> texts in the order of the
    /// configuration, for each item by itself. A series has a hash of our own, which is cheaper than the Collector's.
    /// </summary>
    CoLocated = 0,

    /// <summary>
    /// The Collector's own bytes: traces use the raw trace ID and <c>service.name=NAME|</c>, logs the trace ID as 32 lower-case
    /// hexadecimal digits and the bare service name, metrics the bare service name. Attributes of logs and metrics follow each
    /// other by level (resource, scope, item), and the spans of a scope that belong to one trace go where the first of them goes.
    /// </summary>
    Collector = 1,
}
