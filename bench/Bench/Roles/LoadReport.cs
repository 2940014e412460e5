namespace OrleansLb.Bench.Roles;

/// <summary>What became of one order to the load generator.</summary>
/// <param name="Spans">Spans that were acknowledged.</param>
/// <param name="Retries">Attempts that had to be repeated.</param>
/// <param name="RejectedSpans">Spans that were refused for good.</param>
/// <param name="Seconds">Time until the last acknowledgement.</param>
/// <param name="MedianSeconds">Of all requests, the median of the time from the first attempt to the acknowledgement.</param>
/// <param name="HighSeconds">The same of the slowest in a hundred: their fastest.</param>
/// <param name="Trouble">The last status that was not OK.</param>
internal sealed record LoadReport(long Spans, long Retries, long RejectedSpans, double Seconds, double MedianSeconds, double HighSeconds, string? Trouble);
