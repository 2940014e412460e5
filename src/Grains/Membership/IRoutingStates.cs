namespace OrleansLb.Grains.Membership;

/// <summary>How far each exporter has got on its way to a routing table: what readiness waits for, and what its page shows.</summary>
public interface IRoutingStates
{
    /// <summary>The state by the last answer of the resolver grain.</summary>
    /// <exception cref="KeyNotFoundException">No exporter has this component ID.</exception>
    RoutingState StateOf(string componentId);

    /// <summary>
    /// Ends once it is known whether the exporter has a table now: its resolver grain has answered, whatever it said, or has failed for so long
    /// that nothing is to be hoped for. The first resolution belongs to the grain's activation, so it is over by then.
    /// </summary>
    /// <exception cref="KeyNotFoundException">No exporter has this component ID.</exception>
    Task FirstAnswer(string componentId, CancellationToken cancellationToken);
}
