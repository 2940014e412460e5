namespace OrleansLb.Testing.Requirements;

/// <summary>The tests of a class need something that a machine may lack.</summary>
[AttributeUsage(AttributeTargets.Class)]
public abstract class RequirementAttribute : Attribute
{
    /// <summary>What is missing here; null: nothing.</summary>
    public abstract string? Missing { get; }
}
