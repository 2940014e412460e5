namespace OrleansLb.Testing;

/// <summary>Waits for what happens on other threads and announces itself to nobody.</summary>
public static class Eventually
{
    /// <summary>Looks again and again until the condition holds.</summary>
    public static Task Holds(Func<bool> condition)
    {
        ArgumentNullException.ThrowIfNull(condition);
        return Holds(() => Task.FromResult(condition()));
    }

    /// <summary>Asks again and again until the answer is yes.</summary>
    public static async Task Holds(Func<Task<bool>> condition)
    {
        ArgumentNullException.ThrowIfNull(condition);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(2));
        while (!await condition())
            await ticks.WaitForNextTickAsync(limit.Token);
    }
}
