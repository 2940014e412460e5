namespace OrleansLb.Silo.Sink;

/// <summary>The answer of <c>/stats</c>: the sums, and the counts of each endpoint.</summary>
internal sealed record SinkStats : SinkCounts
{
    /// <summary>By endpoint, in the order of the ready line.</summary>
    public required IReadOnlyList<SinkEndpointCounts> Endpoints { get; init; }

    /// <summary>Adds the endpoints up. A trace that is seen at two endpoints counts twice.</summary>
    public static SinkStats Of(IReadOnlyList<SinkEndpointCounts> endpoints) => new()
    {
        Spans = endpoints.Sum(e => e.Spans),
        LogRecords = endpoints.Sum(e => e.LogRecords),
        DataPoints = endpoints.Sum(e => e.DataPoints),
        Requests = endpoints.Sum(e => e.Requests),
        Refused = endpoints.Sum(e => e.Refused),
        Bytes = endpoints.Sum(e => e.Bytes),
        Traces = endpoints.Sum(e => e.Traces),
        Endpoints = endpoints,
    };
}
