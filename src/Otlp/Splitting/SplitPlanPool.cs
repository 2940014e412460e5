namespace OrleansLb.Otlp.Splitting;

/// <summary>Plans that wait for their next request.</summary>
internal static class SplitPlanPool
{
    private static readonly SplitPlan?[] Idle = new SplitPlan?[4 * Environment.ProcessorCount];

    public static SplitPlan? TryTake()
    {
        foreach (ref var place in Idle.AsSpan())
        {
            if (place is not null && Interlocked.Exchange(ref place, null) is { } plan)
                return plan;
        }

        return null;
    }

    public static void GiveBack(SplitPlan plan)
    {
        foreach (ref var place in Idle.AsSpan())
        {
            if (place is null && Interlocked.CompareExchange(ref place, plan, null) is null)
                return;
        }
    }
}
