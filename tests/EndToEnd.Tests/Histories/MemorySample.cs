namespace OrleansLb.EndToEnd.Tests.Histories;

/// <summary>What the process had resident at a time.</summary>
internal readonly record struct MemorySample(TimeSpan At, long Bytes);
