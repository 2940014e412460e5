namespace OrleansLb.Bench.Roles;

/// <summary>What became of one order to the load generator.</summary>
/// <param name="Spans">Spans that were acknowledged.</param>
/// <param name="Retries">Attempts that had to be repeated.</param>
/// <param name="RejectedSpans">Spans that were refused for good.</param>
/// <param name="Seconds">Time until the last acknowledgement.</param>
/// <param name="Trouble">The last status that was not OK.</param>
internal sealed record LoadReport(long Spans, long Retries, long RejectedSpans, double Seconds, string? Trouble);
