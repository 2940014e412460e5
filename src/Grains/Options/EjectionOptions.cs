namespace OrleansLb.Grains.Options;

/// <summary>When a backend that takes nothing any more is taken off the ring.</summary>
public sealed record EjectionOptions
{
    /// <summary>Whether it is; null: on the ring <c>partitions</c>, but not on the Collector's rings, which are there to agree with a fleet that knows no such thing.</summary>
    public bool? Enabled { get; init; }

    /// <summary>How long a backend must have taken nothing although it was tried.</summary>
    public TimeSpan After { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The largest part of the backends that is out at the same time, rounded up; never all of them.</summary>
    public double MaxShare { get; init; } = 0.5;
}
