namespace OrleansLb.Ingress.Pipeline;

/// <summary>One <c>otelcol.exporter.debug</c> (or, by its older name, <c>otelcol.exporter.logging</c>) block.</summary>
public sealed record DebugExporterOptions
{
    /// <summary>The component's ID.</summary>
    public required string ComponentId { get; init; }

    /// <summary>How much of each request is printed.</summary>
    public DebugVerbosity Verbosity { get; init; } = DebugVerbosity.Basic;

    /// <summary>Messages per second that are printed before sampling begins.</summary>
    public int SamplingInitial { get; init; } = 2;

    /// <summary>After the first ones, every n-th message of a second is printed.</summary>
    public int SamplingThereafter { get; init; } = 1;
}
