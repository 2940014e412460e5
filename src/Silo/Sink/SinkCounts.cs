namespace OrleansLb.Silo.Sink;

/// <summary>What a sink, or one endpoint of it, has received.</summary>
internal record SinkCounts
{
    /// <summary>Spans.</summary>
    public long Spans { get; init; }

    /// <summary>Log records.</summary>
    public long LogRecords { get; init; }

    /// <summary>Data points.</summary>
    public long DataPoints { get; init; }

    /// <summary>Requests that held something and were answered with OK.</summary>
    public long Requests { get; init; }

    /// <summary>Requests that were answered with an error.</summary>
    public long Refused { get; init; }

    /// <summary>Bytes of the messages as they came, compressed or not, without gRPC framing.</summary>
    public long Bytes { get; init; }

    /// <summary>Distinct trace IDs; 0 when they are not tracked.</summary>
    public long Traces { get; init; }
}
