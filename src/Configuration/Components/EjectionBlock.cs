using OrleansLb.Configuration.Evaluation;
using OrleansLb.Grains.Options;

namespace OrleansLb.Configuration.Components;

/// <summary>The <c>ejection</c> block of a load balancer, an extension of ours.</summary>
internal static class EjectionBlock
{
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Most = TimeSpan.FromHours(1);

    public static BlockSchema<EjectionOptions> Schema { get; } = new BlockSchema<EjectionOptions>(new EjectionOptions())
        .Attribute("enabled", Readers.Boolean, (ejection, enabled) => ejection with { Enabled = enabled })
        .Attribute("after", ReadAfter, (ejection, after) => ejection with { After = after })
        .Attribute("max_share", ReadShare, (ejection, share) => ejection with { MaxShare = share });

    private static Outcome<TimeSpan> ReadAfter(AlloyValue value)
    {
        var time = ValueReaders.DurationUpTo(value, Most);
        return time.Problem is not null || time.Value >= Least ? time : Problem.At(value, "must be at least 1s");
    }

    private static Outcome<double> ReadShare(AlloyValue value)
    {
        var share = Readers.Real(value);
        return share.Problem is not null || share.Value is >= 0 and <= 1 ? share : Problem.At(value, "must be from 0 to 1");
    }
}
