namespace OrleansLb.Silo.Demo;

/// <summary>One backend of a <see cref="DemoFrame"/>.</summary>
/// <param name="Endpoint">Where it listens.</param>
/// <param name="Spans">Spans that it has received.</param>
/// <param name="Traces">Traces that it has spans of.</param>
/// <param name="Share">Its share of the spans, from 0 to 1.</param>
/// <param name="InService">Whether the balancer may send to it.</param>
internal sealed record BackendRow(string Endpoint, long Spans, long Traces, double Share, bool InService);
