namespace OrleansLb.Silo.Demo;

/// <summary>One backend of a <see cref="DemoFrame"/>.</summary>
/// <param name="Endpoint">Where it listens.</param>
/// <param name="Spans">Spans that it has received.</param>
/// <param name="Traces">Traces that it has spans of.</param>
/// <param name="InService">Whether the balancer may send to it.</param>
internal sealed record BackendRow(string Endpoint, long Spans, long Traces, bool InService);
