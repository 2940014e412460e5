namespace OrleansLb.Silo.Load;

/// <summary>Traces that were on their way at the same time.</summary>
/// <param name="First">The number of the first among the generator's <see cref="TraceIds"/>.</param>
/// <param name="Count">How many.</param>
/// <param name="Begun">Timestamp before the first of their requests was sent.</param>
/// <param name="Ended">Timestamp after the last of them was answered.</param>
internal readonly record struct TraceRange(ulong First, int Count, long Begun, long Ended);
