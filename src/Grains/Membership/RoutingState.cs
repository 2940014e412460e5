using System.Collections.Immutable;

namespace OrleansLb.Grains.Membership;

/// <summary>Whether requests of an exporter can be routed.</summary>
public enum RoutingStateKind : byte
{
    /// <summary>The resolver grain has not answered yet.</summary>
    Waiting = 0,

    /// <summary>It has answered, and there is nobody to send to; requests are refused.</summary>
    NoBackends = 1,

    /// <summary>There is a table with backends.</summary>
    Table = 2,
}

/// <summary>What this process knows of one exporter's routing table.</summary>
/// <param name="Kind">Whether requests can be routed.</param>
/// <param name="Epoch">The epoch of the table; 0 before the first one.</param>
/// <param name="Backends">How many seats are taken.</param>
/// <param name="Since">The time since which kind and epoch are so.</param>
/// <param name="Failure">
/// Where there are no backends, why the last resolution that this process has heard of failed, up to <see cref="RoutingTableFeed.PollPatience"/> ago;
/// or why the resolver grain cannot be reached. Null when neither is so.
/// </param>
public sealed record RoutingState(RoutingStateKind Kind, long Epoch, int Backends, DateTimeOffset Since, string? Failure)
{
    /// <summary>Those of the backends that own no keys because they take nothing.</summary>
    public ImmutableArray<string> Ejected { get; init; } = [];
}
