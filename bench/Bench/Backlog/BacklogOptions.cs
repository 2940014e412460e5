namespace OrleansLb.Bench.Backlog;

/// <summary>How large a backlog, and how it is kept.</summary>
internal sealed record BacklogOptions
{
    /// <summary>Bytes of the store's files at which filling ends.</summary>
    public required long Bytes { get; init; }

    /// <summary>Whether every write waits for the disk.</summary>
    public bool Synced { get; init; }

    /// <summary>How long the drain may take.</summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>The balancer's program; null takes the one built along with the benchmark.</summary>
    public string? Program { get; init; }
}
