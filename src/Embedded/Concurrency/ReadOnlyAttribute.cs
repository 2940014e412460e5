namespace Orleans.Concurrency;

/// <summary>Calls of this method change nothing in the grain: they may interleave with one another.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ReadOnlyAttribute : Attribute
{
}
