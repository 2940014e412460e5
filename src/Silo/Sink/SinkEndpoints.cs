namespace OrleansLb.Silo.Sink;

/// <summary>The OTLP/gRPC endpoints of a sink.</summary>
internal sealed class SinkEndpoints
{
    private readonly List<SinkEndpoint> _endpoints = [];

    /// <summary>In the order in which they were opened.</summary>
    public IReadOnlyList<SinkEndpoint> All => _endpoints;

    /// <summary>Before the server starts: one more.</summary>
    public void Add(SinkEndpoint endpoint) => _endpoints.Add(endpoint);

    /// <summary>The counts.</summary>
    public SinkStats Read() => SinkStats.Of([.. _endpoints.Select(e => new SinkEndpointCounts(e.ToString(), e.Tally.Read()))]);

    /// <summary>Back to zero.</summary>
    public void Reset()
    {
        foreach (var endpoint in _endpoints)
            endpoint.Tally.Reset();
    }
}
