namespace OrleansLb.Otlp.Splitting;

/// <summary>By what a request is split.</summary>
/// <param name="Key">What decides an item's slot.</param>
/// <param name="Dialect">Which bytes the key yields.</param>
/// <param name="Attributes">The names for <see cref="RoutingKey.Attributes"/>; of no meaning for other keys.</param>
public readonly record struct SplitOptions(RoutingKey Key, IdentifierDialect Dialect, RoutingAttributes? Attributes = null);
