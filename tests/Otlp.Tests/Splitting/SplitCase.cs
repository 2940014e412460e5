using OrleansLb.Otlp.Splitting;

namespace OrleansLb.Otlp.Tests.Splitting;

/// <summary>Everything that a property depends on; FsCheck draws it, prints it and makes it smaller.</summary>
public sealed record SplitCase(Signal Signal, RoutingKey Key, IdentifierDialect Dialect, int Slots, int Size, int Seed)
{
    internal byte[] Request() => new RequestGenerator(new Random(Seed), Signal, Size).Request();
}
