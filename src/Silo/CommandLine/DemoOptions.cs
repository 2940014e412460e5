namespace OrleansLb.Silo.CommandLine;

/// <summary>What <c>orleanslb demo</c> was asked for.</summary>
internal sealed record DemoOptions
{
    /// <summary>How long traces are sent.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How many backends to start.</summary>
    public int Backends { get; init; } = 3;

    /// <summary>How many balancers to start: with more than one they are a cluster, of which one is killed half-way.</summary>
    public int Silos { get; init; } = 1;

    /// <summary>Spans per second.</summary>
    public int Rate { get; init; } = 20_000;

    /// <summary>Add a backend after a third of the time and remove one after two thirds.</summary>
    public bool ScaleEvent { get; init; }

    /// <summary>The balancer's <c>handover_window</c>; zero for none.</summary>
    public TimeSpan HandoverWindow { get; init; }
}
