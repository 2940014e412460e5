namespace OrleansLb.Storage.Tests.Kit;

/// <summary>The tests of a class need something that a machine may lack.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal abstract class RequirementAttribute : Attribute
{
    /// <summary>What is missing here; null: nothing.</summary>
    public abstract string? Missing { get; }
}
