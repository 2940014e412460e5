namespace OrleansLb.Bench.Scenarios;

/// <summary>What is measured.</summary>
internal enum SubjectKind
{
    /// <summary>Receiver and client of the product without anything between them.</summary>
    Relay,

    /// <summary><c>orleanslb run</c>.</summary>
    Balancer,
}
