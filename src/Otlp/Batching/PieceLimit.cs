namespace OrleansLb.Otlp.Batching;

/// <summary>How much fits into each piece that a request is cut into.</summary>
/// <param name="Sizer">In what it is counted.</param>
/// <param name="Most">The most that a piece may hold; positive. A single item that is larger makes a piece of its own.</param>
/// <param name="Taken">How much of the first piece is taken by what it is to be put behind.</param>
public readonly record struct PieceLimit(ItemSizer Sizer, int Most, int Taken = 0);
