namespace OrleansLb.Grains.Durability;

/// <summary>What came of opening a durable queue.</summary>
/// <param name="Failure">Null when it is open; else why not.</param>
/// <param name="IsFinal">Trying again does not help: somebody must look at the store.</param>
internal readonly record struct OpenOutcome(string? Failure, bool IsFinal = false)
{
    public bool IsOpen => Failure is null;
}
