namespace OrleansLb.Silo.Load;

/// <summary>A place in a message that holds a trace ID.</summary>
/// <param name="Offset">Where its 16 bytes begin.</param>
/// <param name="Trace">The number of the trace among those of its <see cref="TraceBatch"/>.</param>
internal readonly record struct TraceIdSlot(int Offset, int Trace);
