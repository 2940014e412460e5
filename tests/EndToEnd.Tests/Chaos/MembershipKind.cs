namespace OrleansLb.EndToEnd.Tests.Chaos;

/// <summary>What may happen to the name of the backends.</summary>
internal enum MembershipKind
{
    Joins,
    Leaves,
    Replaces,

    /// <summary>The name does not resolve for a while.</summary>
    Fails,

    /// <summary>One backend is missing from some answers.</summary>
    Flaps,
}
