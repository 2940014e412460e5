namespace OrleansLb.Bench.Scenarios;

/// <summary>Clients that do not wait for what they sent before to be delivered.</summary>
/// <param name="Concurrency">Requests in flight.</param>
/// <param name="Connections">Connections that share them.</param>
/// <param name="HeedsDelays">Whether a refused request is sent again when the balancer said, in place of at once.</param>
internal sealed record Overload(int Concurrency, int Connections, bool HeedsDelays);
