using OrleansLb.Storage.States;

namespace OrleansLb.Storage.Committing;

/// <summary>One record to be written or removed, and the caller that waits for it.</summary>
internal sealed class StateChange
{
    private const int Waiting = 0, Taken = 1, Withdrawn = 2;

    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _phase;

    private StateChange(in StateKey key, long? expected, long version, EncodedState data, uint checksum, bool removes)
    {
        Key = key;
        Expected = expected;
        Version = version;
        Data = data;
        Checksum = checksum;
        Removes = removes;
    }

    public StateKey Key { get; }

    /// <summary>The version that the caller replaces; null: it knows of no record.</summary>
    public long? Expected { get; }

    /// <summary>The version that the record gets.</summary>
    public long Version { get; }

    public EncodedState Data { get; }

    public uint Checksum { get; }

    public bool Removes { get; }

    /// <summary>Set by the database: the store had another version than the expected one, and nothing was changed.</summary>
    public bool Conflicts { get; private set; }

    /// <summary>The other version; null: there is no record.</summary>
    public long? Stored { get; private set; }

    /// <summary>Ends when the change is stored, or with the reason why it is not.</summary>
    public Task Completion => _completion.Task;

    public static StateChange Write(in StateKey key, long? expected, long version, EncodedState data) =>
        new(key, expected, version, data, StateChecksum.Compute(key, version, data.Bytes.Span), removes: false);

    public static StateChange Remove(in StateKey key, long? expected) => new(key, expected, 0, default, 0, removes: true);

    /// <summary>The writer takes the change; false if the caller has withdrawn it.</summary>
    public bool TryTake() => Interlocked.CompareExchange(ref _phase, Taken, Waiting) == Waiting;

    /// <summary>The caller gives up, if the writer has not yet taken the change.</summary>
    public void Withdraw(CancellationToken cancellationToken)
    {
        if (Interlocked.CompareExchange(ref _phase, Withdrawn, Waiting) == Waiting)
            _completion.TrySetCanceled(cancellationToken);
    }

    public void Apply()
    {
        Conflicts = false;
        Stored = null;
    }

    public void Conflict(long? stored)
    {
        Conflicts = true;
        Stored = stored;
    }

    public void Complete()
    {
        Data.Release();
        _completion.TrySetResult();
    }

    public void Fail(Exception exception)
    {
        Data.Release();
        _completion.TrySetException(exception);
    }
}
