using System.Collections.Immutable;
using OrleansLb.Grains.Routing;

namespace OrleansLb.Grains.Membership;

/// <summary>What was heard of one exporter: one writer, the feed; readers take no lock.</summary>
internal sealed class HeardState(TimeProvider time)
{
    private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile RoutingState _current = new(RoutingStateKind.Waiting, 0, 0, time.GetUtcNow(), null);

    public RoutingState Current => _current;

    /// <summary>Ends when it is known whether there is a table.</summary>
    public Task First => _first.Task;

    /// <summary>The resolver grain has answered; <paramref name="table"/> is what is in force now.</summary>
    public void Answered(RoutingTable table, string? failure)
    {
        Set(table.IsEmpty ? RoutingStateKind.NoBackends : RoutingStateKind.Table, table, failure);
        _first.TrySetResult();
    }

    /// <summary>The resolver grain could not be asked; the table stays.</summary>
    /// <param name="table">What is in force.</param>
    /// <param name="failure">Why.</param>
    /// <param name="hopeless">Nobody is to wait for the first answer any longer.</param>
    public void Unreachable(RoutingTable table, string failure, bool hopeless)
    {
        var kind = hopeless && _current.Kind == RoutingStateKind.Waiting ? RoutingStateKind.NoBackends : _current.Kind;
        Set(kind, table, failure);
        if (hopeless)
            _first.TrySetResult();
    }

    private void Set(RoutingStateKind kind, RoutingTable table, string? failure)
    {
        var old = _current;
        var since = kind == old.Kind && table.Epoch == old.Epoch ? old.Since : time.GetUtcNow();
        _current = new RoutingState(kind, table.Epoch, table.Slots.Length, since, failure)
        {
            Ejected = EjectedFrom(table),
        };
    }

    // the usual answer is the one that equals others of its kind
    private static ImmutableArray<string> EjectedFrom(RoutingTable table) => table.Slots.Any(static seat => seat.IsEjected)
        ? [.. table.Slots.Where(static seat => seat.IsEjected).Select(static seat => seat.Backend)]
        : [];
}
