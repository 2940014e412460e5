namespace OrleansLb.EndToEnd.Tests.Infrastructure;

/// <summary>How long a test waits for something that must come; long enough for a slow machine, since nothing waits it out in vain.</summary>
internal static class Patience
{
    public static readonly TimeSpan Long = TimeSpan.FromSeconds(90);
}
