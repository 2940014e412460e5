namespace OrleansLb.Otlp.Splitting;

/// <summary>An item whose part is known, and which no run has yet.</summary>
internal readonly record struct PendingItem(int Start, int End, int Part);
