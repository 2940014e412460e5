using OrleansLb.Otlp.Splitting;

namespace OrleansLb.Otlp.Tests.Splitting;

/// <summary>Everything that a property depends on; FsCheck draws it, prints it and makes it smaller.</summary>
public sealed record SplitCase(Signal Signal, RoutingKey Key, IdentifierDialect Dialect, int Slots, int Size, int Seed)
{
    /// <summary>Found on resources, on scopes and on items, on none, and those that stand for fields.</summary>
    private static readonly string[] Names =
        ["service.name", "scope.key", "key", "key-0", "host.name", "nowhere", "span.kind", "span.name", "log.severity", "log.body"];

    /// <summary>The names that the items are routed by: some, drawn from the seed, and one of them twice at times.</summary>
    internal string[] AttributeNames()
    {
        var random = new Random(Seed);
        return [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => Names[random.Next(Names.Length)])];
    }

    internal SplitOptions Options() => new(Key, Dialect, Key == RoutingKey.Attributes ? new RoutingAttributes(AttributeNames()) : null);

    internal byte[] Request() => new RequestGenerator(new Random(Seed), Signal, Size).Request();
}
