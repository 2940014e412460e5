using OrleansLb.Grains.Exporting.Messages;

namespace OrleansLb.Grains.Exporting.Queueing;

// A queue that ends while somebody else goes on: what is stored stays in the store, where the next activation finds it, and what is in memory and not on its way goes to the heirs.
internal sealed partial class GrainQueue
{
    // As many parts are offered at a time, beside those that are on their way.
    private const int Movers = 8;

    private IPartHeirs? _heirs;
    private int _movedParts;

    /// <summary>What is not on its way goes to others.</summary>
    public bool IsMoving => IsStopping && _heirs is not null;

    /// <summary>Offers a part that is not on its way to the heirs, when the queue moves.</summary>
    /// <returns>Whether the part is done with here; false as well when nobody has taken it, and then it is not offered again.</returns>
    public async Task<bool> TryPassOn(QueuedPart part)
    {
        if (!IsMoving || part.StaysHere)
            return false;
        if (part.IsStored)
            return TryKeep(part, EnqueueOutcome.Stopping);
        if (part.IsAwaited)
        {
            // whoever waits hears that it was not sent, so nothing is lost, and may ask elsewhere at once
            metrics.SendFailed(part.Signal, part.Items);
            Finish(part, EnqueueOutcome.Stopping);
            return true;
        }

        if (await _heirs!.Take(part.ToMessage(), part.Slot))
        {
            CountMoved(part.Items);
            Finish(part);
            return true;
        }

        part.StaysHere = true;
        return false;
    }

    /// <summary>Offers what nobody took of a request.</summary>
    /// <returns>How many of its items somebody has now.</returns>
    public async Task<int> PassOnRest(IReadOnlyList<ExportPart> rest)
    {
        int items = 0;
        foreach (var part in rest)
        {
            if (_heirs is not null && await _heirs.Take(part, owner.Slot))
                items += part.ItemCount;
        }

        if (items > 0)
            CountMoved(items);
        return items;
    }

    private void Move()
    {
        if (_log is not null)
            LeaveStored();
        foreach (var lane in _lanes)
        {
            while (!lane.IsEmpty)
                lane.Take().ForEach(_queue.Add);
        }

        FlushLanes();

        for (int i = 0; i < Movers; i++)
            _ = Consume();
    }

    private bool TryKeep(QueuedPart part, EnqueueOutcome outcome)
    {
        Keep(part, outcome);
        return true;
    }

    // The time is over, but not for the heir.
    private bool TryLeave(QueuedPart part)
    {
        if (_heirs is null || part.IsAwaited || part.IsRefused || !_heirs.TryLeave(part.ToMessage(), part.Slot))
            return false;
        CountMoved(part.Items);
        Finish(part);
        return true;
    }

    private void CountMoved(int items)
    {
        _movedParts++;
        metrics.PassedOn(items);
    }
}
