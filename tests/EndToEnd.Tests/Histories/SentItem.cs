namespace OrleansLb.EndToEnd.Tests.Histories;

/// <summary>An item as its client made it.</summary>
/// <param name="Id">Its own; for a span the span ID.</param>
/// <param name="Key">What it is routed by; for a span the trace ID.</param>
internal readonly record struct SentItem(ulong Id, UInt128 Key);
