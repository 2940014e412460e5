namespace OrleansLb.Otlp.Splitting;

/// <summary>Adjacent items, or whole entries, of a request that go to the same part.</summary>
/// <param name="Start">Where the first begins, with its tag.</param>
/// <param name="End">Where the last one ends.</param>
internal readonly record struct ItemRun(int Start, int End);
