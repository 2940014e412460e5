namespace OrleansLb.Silo.Explain;

/// <summary>Which backend a key goes to, and every step on the way there.</summary>
internal sealed record RouteExplanation
{
    /// <summary>The question.</summary>
    public required string Input { get; init; }

    /// <summary>The component ID of the exporter; null when backends were given by hand.</summary>
    public string? Exporter { get; init; }

    /// <summary>The signal; null when the question was an identifier, which has none.</summary>
    public string? Signal { get; init; }

    /// <summary>The name of the ring.</summary>
    public required string Ring { get; init; }

    /// <summary>How many backends are on the ring.</summary>
    public required int Backends { get; init; }

    /// <summary>The routing identifier, when it is printable text.</summary>
    public string? IdentifierText { get; init; }

    /// <summary>The bytes of the routing identifier.</summary>
    public required string IdentifierHex { get; init; }

    /// <summary>The name of the hash.</summary>
    public required string HashAlgorithm { get; init; }

    /// <summary>The hash of the identifier, in hexadecimal digits.</summary>
    public required string Hash { get; init; }

    /// <summary>The partition; null on a Collector ring.</summary>
    public int? Partition { get; init; }

    /// <summary>The cell of the partition; null where those are not divided.</summary>
    public int? Cell { get; init; }

    /// <summary>How many cells a partition has; null where those are not divided.</summary>
    public int? CellCount { get; init; }

    /// <summary>The position on a Collector ring; null with partitions.</summary>
    public int? Position { get; init; }

    /// <summary>How many partitions or positions there are.</summary>
    public required int PositionCount { get; init; }

    /// <summary>The ring slot.</summary>
    public required int Slot { get; init; }

    /// <summary>The endpoint on the slot.</summary>
    public required string Backend { get; init; }

    /// <summary>The weight of the backend; null when it is the ordinary one.</summary>
    public int? Weight { get; init; }
}
