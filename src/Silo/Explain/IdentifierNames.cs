using OrleansLb.Otlp.Splitting;

namespace OrleansLb.Silo.Explain;

/// <summary>The names of the identifiers, as configurations write them.</summary>
internal static class IdentifierNames
{
    private const string CoLocated = "co-located";
    private const string Collector = "collector";

    public static IReadOnlyList<string> All { get; } = [CoLocated, Collector];

    public static IdentifierDialect? Parse(string? name) => name switch
    {
        CoLocated => IdentifierDialect.CoLocated,
        Collector => IdentifierDialect.Collector,
        _ => null,
    };
}
