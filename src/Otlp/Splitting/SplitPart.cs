namespace OrleansLb.Otlp.Splitting;

/// <summary>What one ring slot gets of a request.</summary>
/// <param name="Slot">The ring slot.</param>
/// <param name="ItemCount">Spans, log records or data points.</param>
/// <param name="Length">Bytes of the part as a request of its own.</param>
public readonly record struct SplitPart(int Slot, int ItemCount, int Length);
