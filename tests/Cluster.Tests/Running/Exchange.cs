namespace OrleansLb.Cluster.Tests.Running;

/// <summary>One request of one client from its first attempt to its acknowledgement, however many attempts that took.</summary>
/// <param name="FirstSentAt">Before the first attempt.</param>
/// <param name="AcknowledgedAt">Null: never.</param>
/// <param name="Lives">The runs of members that were asked, in order; those that could not be connected to included.</param>
internal sealed record Exchange(TimeSpan FirstSentAt, TimeSpan? AcknowledgedAt, IReadOnlyList<int> Lives);
