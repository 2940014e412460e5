using OrleansLb.Grains.Options;

namespace OrleansLb.Silo.Explain;

/// <summary>The names of the rings, as configurations write them.</summary>
internal static class RingNames
{
    public static IReadOnlyList<RingKind> Kinds { get; } = [RingKind.Partitions, RingKind.Collector, RingKind.Collector36000];

    public static string Name(this RingKind ring) => ring switch
    {
        RingKind.Partitions => "partitions",
        RingKind.Collector => "collector",
        RingKind.Collector36000 => "collector-36000",
        _ => throw new ArgumentOutOfRangeException(nameof(ring), ring, "no such ring"),
    };

    public static RingKind Parse(string name) => Kinds.Single(kind => kind.Name() == name);
}
