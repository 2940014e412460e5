namespace OrleansLb.Bench.Scenarios;

/// <summary>What is measured.</summary>
internal enum SubjectKind
{
    /// <summary>Receiver and client of the product without anything between them.</summary>
    Relay,

    /// <summary><c>orleanslb run</c>.</summary>
    Balancer,

    /// <summary><c>orleanslb run</c> twice: a process of the role <c>ingress</c> before one of the role <c>silo</c>.</summary>
    Tiers,
}
