namespace OrleansLb.Embedded.Engine;

/// <summary>The execution context without ambient values: turns do not see the caller's, nor do the loops and timers that they start.</summary>
internal static class CleanContext
{
    private static readonly ExecutionContext s_clean = CaptureOnFreshThread();

    /// <summary>Switches this thread to the clean context; returns what <see cref="Leave"/> needs, null if there is nothing to switch back.</summary>
    public static ExecutionContext? Enter()
    {
        var callers = ExecutionContext.Capture();
        if (callers is null || callers == s_clean)
            return null;
        ExecutionContext.Restore(s_clean);
        return callers;
    }

    public static void Leave(ExecutionContext? callers)
    {
        if (callers is not null)
            ExecutionContext.Restore(callers);
    }

    private static ExecutionContext CaptureOnFreshThread()
    {
        ExecutionContext? clean = null;
        var thread = new Thread(() => clean = ExecutionContext.Capture()) { IsBackground = true };
        thread.UnsafeStart();
        thread.Join();
        return clean!;
    }
}
