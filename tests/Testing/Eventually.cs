namespace OrleansLb.Testing;

/// <summary>Waits for what happens on other threads and announces itself to nobody.</summary>
public static class Eventually
{
    /// <summary>Looks again and again until the condition holds.</summary>
    public static async Task Holds(Func<bool> condition)
    {
        ArgumentNullException.ThrowIfNull(condition);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(2));
        while (!condition())
            await ticks.WaitForNextTickAsync(limit.Token);
    }
}
