using Orleans.Runtime;
using Orleans.Storage;

namespace OrleansLb.Grains.Membership;

/// <summary>
/// The epochs that one activation of a resolver grain may give to its tables. Another silo may have an activation of the same grain, for a while also one that nobody has told it of;
/// so each takes a block for itself in the store before it uses the first of it, and no two tables ever have one epoch, whatever the store does meanwhile. Used on its grain's turns only.
/// </summary>
internal sealed class EpochBlock(IGrainStorage store, GrainId grain, EpochReservation reservation)
{
    /// <summary>The name of the record.</summary>
    public const string Record = "epochs";

    private readonly GrainState<ReservedEpochs> _stored = new(new ReservedEpochs());
    private long _end;
    private Task _reserving = Task.CompletedTask;

    /// <summary>Whether epochs have to be reserved.</summary>
    public bool IsShared => reservation.Length > 0;

    /// <summary>How many epochs above this one are there to be given out.</summary>
    public long LeftAbove(long epoch) => IsShared ? _end - epoch : long.MaxValue;

    /// <summary>Whether it is time to reserve more.</summary>
    public bool IsLowAbove(long epoch) => IsShared && LeftAbove(epoch) * 2 < reservation.Length;

    /// <summary>Takes the first block of an activation.</summary>
    /// <param name="above">An epoch that was given out, as far as the caller knows.</param>
    /// <returns>The epoch before the first of the block.</returns>
    /// <exception cref="InconsistentStateException">Another activation was faster.</exception>
    public async Task<long> Begin(long above)
    {
        await store.ReadStateAsync(Record, grain, _stored);
        long last = Math.Max(_stored.State?.UpTo ?? 0, above);
        await Reserve(last + reservation.Length);
        return last;
    }

    /// <summary>Makes the block longer; it goes on where it ended unless an epoch above that is known to be somebody's.</summary>
    /// <remarks>One at a time: a caller that gave up waiting for the last one waits for it again.</remarks>
    /// <exception cref="InconsistentStateException">Another activation has reserved since.</exception>
    public Task Extend(long above)
    {
        if (_reserving.IsCompleted)
            _reserving = Reserve(Math.Max(_end, above) + reservation.Length);
        return _reserving;
    }

    private async Task Reserve(long upTo)
    {
        _stored.State = new ReservedEpochs { UpTo = upTo };
        await store.WriteStateAsync(Record, grain, _stored);
        _end = upTo;
    }
}
