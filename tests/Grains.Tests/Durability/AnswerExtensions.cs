namespace OrleansLb.Grains.Tests.Durability;

internal static class AnswerExtensions
{
    /// <summary>What a task has come to that must have ended.</summary>
    public static T Answer<T>(this Task<T> task)
    {
        Assert.True(task.IsCompleted, "still waits");
        return task.GetAwaiter().GetResult();
    }
}
