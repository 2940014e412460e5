namespace OrleansLb.Silo.Sink;

/// <summary>Ends a child role when its parent goes away: the parent holds the child's standard input open for as long as it lives.</summary>
internal static class ParentLink
{
    /// <summary>Completes once <paramref name="token"/> is cancelled.</summary>
    public static async Task WhenCancelledAsync(this CancellationToken token)
    {
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (token.UnsafeRegister(static state => ((TaskCompletionSource)state!).TrySetResult(), cancelled).ConfigureAwait(false))
            await cancelled.Task.ConfigureAwait(false);
    }

    /// <summary>Cancels <paramref name="stop"/> when <paramref name="input"/> ends.</summary>
    public static async Task FollowAsync(Stream input, CancellationTokenSource stop)
    {
        var ignored = new byte[256];
        while (await input.ReadAsync(ignored).ConfigureAwait(false) > 0)
        {
        }
        await stop.CancelAsync().ConfigureAwait(false);
    }
}
