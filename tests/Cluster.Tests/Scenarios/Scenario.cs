using OrleansLb.Cluster.Tests.Running;

namespace OrleansLb.Cluster.Tests.Scenarios;

/// <summary>Something that may happen to a cluster under load.</summary>
/// <param name="Name">For the table, and for those who want this one only.</param>
/// <param name="HappensAsync">Makes it happen; ends when it is over.</param>
internal sealed record Scenario(string Name, Func<ClusterRun, Task> HappensAsync)
{
    /// <summary>How many processes have a silo.</summary>
    public int Silos { get; init; } = 3;

    /// <summary>How many processes take requests without a silo; with none, the silos do.</summary>
    public int Ingresses { get; init; }

    /// <summary>Whether everything goes in good order: then no request is refused, and none is without an answer.</summary>
    public bool IsOrderly { get; init; }

    /// <summary>Whether the short form runs it, and with which queues.</summary>
    public bool? ShortFormIsDurable { get; init; }
}
