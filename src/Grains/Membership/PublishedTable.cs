using OrleansLb.Grains.Routing;

namespace OrleansLb.Grains.Membership;

/// <summary>The newest table of one exporter: one writer swaps it by reference, readers take no lock.</summary>
internal sealed class PublishedTable(RoutingTable initial)
{
    private volatile Edition _edition = new(initial, null);

    public RoutingTable Current => _edition.Table;

    /// <summary>Since when it is in force; null while there was none.</summary>
    public DateTimeOffset? Since => _edition.Since;

    /// <summary>Puts the table in place unless the one that is there is as new.</summary>
    public bool Publish(RoutingTable table, DateTimeOffset now = default)
    {
        var old = _edition;
        if (table.Epoch <= old.Table.Epoch)
            return false;

        _edition = new Edition(table, now);
        old.Superseded.SetResult();
        return true;
    }

    /// <summary>The first table whose epoch is larger than <paramref name="epoch"/>.</summary>
    public async Task<RoutingTable> NewerThan(long epoch, CancellationToken cancellationToken)
    {
        while (true)
        {
            var edition = _edition;
            if (edition.Table.Epoch > epoch)
                return edition.Table;
            await edition.Superseded.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private sealed record Edition(RoutingTable Table, DateTimeOffset? Since)
    {
        public TaskCompletionSource Superseded { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
