using OrleansLb.Configuration.Evaluation;
using OrleansLb.Configuration.Syntax;

namespace OrleansLb.Configuration.Components;

/// <summary>The <c>debug_metrics</c> block of every component: checked, and without effect on this program's metrics.</summary>
internal sealed record DebugMetrics
{
    public static BlockSchema<DebugMetrics> Schema { get; } = new BlockSchema<DebugMetrics>(new DebugMetrics())
        .Attribute("disable_high_cardinality_metrics", Readers.Boolean, (metrics, _) => metrics)
        .Attribute("level", ReadLevel, (metrics, _) => metrics);

    private static Outcome<string> ReadLevel(AlloyValue value)
    {
        var level = Readers.Text(value);
        return level.Problem is not null || level.Value is "none" or "basic" or "normal" or "detailed"
            ? level
            : Problem.At(value, $"unrecognized debug level {Quoting.Quote(level.Value)}");
    }
}
