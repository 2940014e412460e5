using Microsoft.Extensions.Logging;
using Orleans.Storage;

namespace OrleansLb.Grains.Membership;

/// <summary>
/// What is stored. Alone, a store that does not answer is no reason not to route by what was found. Where the store is shared nothing is published before it was read and epochs were
/// reserved in it; from then on tables go out as long as there are epochs, stored or not.
/// </summary>
internal sealed partial class ResolverGrain
{
    /// <summary>The name of the record.</summary>
    public const string MembershipRecord = "membership";

    /// <summary>How long a shared store is waited for, and then left alone.</summary>
    public static readonly TimeSpan StoreTimeout = TimeSpan.FromSeconds(2);

    /// <summary>How soon what it did not do is tried again.</summary>
    public static readonly TimeSpan StoreRetry = TimeSpan.FromSeconds(1);

    // a change of the backends and one of who is out may come together, and a floor with them
    private const long EpochsOfAChange = 4;

    private GrainState<MembershipState> _membership = new(MembershipState.Empty);
    private EpochBlock _epochs = null!;
    private Task _writing = Task.CompletedTask;
    private bool _unwritten;
    private bool _isShort;
    private bool _isEnding;
    private string? _unreadable;

    private MembershipState State
    {
        get => _membership.State ?? MembershipState.Empty;
        set => _membership.State = value;
    }

    /// <summary>Reads what is stored and, where others may have this grain, takes epochs of its own.</summary>
    private async Task<bool> TryRead()
    {
        var read = new GrainState<MembershipState>(MembershipState.Empty);
        if (!_epochs.IsShared)
        {
            await store.ReadStateAsync(MembershipRecord, this.GetGrainId(), read);
            _membership = read;
            return true;
        }

        try
        {
            await store.ReadStateAsync(MembershipRecord, this.GetGrainId(), read).WaitAsync(StoreTimeout, time);
            long last = await _epochs.Begin((read.State ?? MembershipState.Empty).Epoch).WaitAsync(StoreTimeout, time);
            _membership = read;

            // the same seats, under an epoch of this activation
            State = State with { Epoch = State.Slots.IsEmpty ? last : last + 1 };
            _unwritten = !State.Slots.IsEmpty;
            _unreadable = null;
            return true;
        }
#pragma warning disable CA1031 // whatever a store throws, it is tried again; an activation that failed would be in the way for five seconds
        catch (Exception exception)
#pragma warning restore CA1031
        {
            // what was begun may still be under way
            _epochs = new EpochBlock(store, this.GetGrainId(), reservation);
            _unreadable = exception.Message;
            metrics.StoreFailed(_options.ComponentId, "read");
            LogNotRead(exception, _options.ComponentId);
            return false;
        }
    }

    /// <summary>Whether there are epochs for the next tables; reserves some in time.</summary>
    private async ValueTask<bool> HasEpochs()
    {
        long newest = Math.Max(State.Epoch, _epochFloor);
        if (!_epochs.IsLowAbove(newest))
            return true;
        try
        {
            await _epochs.Extend(newest).WaitAsync(StoreTimeout, time);
            _isShort = false;
            return true;
        }
        catch (InconsistentStateException exception)
        {
            Overtaken(exception);
            return false;
        }
#pragma warning disable CA1031 // whatever a store throws, what is reserved can be used
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _isShort = _epochs.LeftAbove(newest) < EpochsOfAChange;
            metrics.StoreFailed(_options.ComponentId, "reserve");
            if (_isShort)
                LogNoEpochs(exception, _options.ComponentId);
            return !_isShort;
        }
    }

    private async Task<bool> TryWrite()
    {
        // one at a time: two with the same ETag would contradict each other
        if (!_writing.IsCompleted)
        {
            _unwritten = true;
            return true;
        }

        try
        {
            _writing = store.WriteStateAsync(MembershipRecord, this.GetGrainId(), _membership);
            await (_epochs.IsShared ? _writing.WaitAsync(StoreTimeout, time) : _writing);
            _unwritten = false;
            return true;
        }
        catch (InconsistentStateException exception)
        {
            Overtaken(exception);
            return false;
        }
#pragma warning disable CA1031 // whatever a store throws, traffic must go on
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _unwritten = true;
            metrics.StoreFailed(_options.ComponentId, "write");
            LogNotWritten(exception, _options.ComponentId, State.Epoch);
            return true;
        }
    }

    // Orleans ends an activation only when no call of it runs, so the polls have to be answered first
    private void Overtaken(InconsistentStateException exception)
    {
        _isEnding = true;
        _changed.TrySetResult();
        LogOvertaken(exception, _options.ComponentId);
        DeactivateOnIdle();
    }
}
