namespace OrleansLb.Silo.Sink;

/// <summary>What one endpoint of a sink has received.</summary>
internal sealed record SinkEndpointCounts : SinkCounts
{
    /// <summary>Joins an endpoint and its counts.</summary>
    public SinkEndpointCounts(string endpoint, SinkCounts counts)
        : base(counts)
    {
        Endpoint = endpoint;
    }

    /// <summary>The endpoint, <c>host:port</c>.</summary>
    public string Endpoint { get; }
}
