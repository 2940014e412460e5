namespace OrleansLb.Grains.Options;

/// <summary>The lane that this process sends its traffic into: the name of its silo.</summary>
public sealed record LaneIdentity(string Name);
