namespace Orleans.Concurrency;

/// <summary>Calls to this grain may interleave wherever one of them awaits.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ReentrantAttribute : Attribute
{
}
