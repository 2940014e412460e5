namespace OrleansLb.Grains.Tests.Durability;

/// <summary>A call that waits at a <see cref="ScriptedStore"/>.</summary>
internal sealed class StorageCall(StorageOperation operation, string name, Action perform)
{
    private readonly TaskCompletionSource _ended = new();

    public StorageOperation Operation { get; } = operation;

    public string Name { get; } = name;

    public Task Ended => _ended.Task;

    public bool IsPending => !_ended.Task.IsCompleted;

    /// <summary>Does what was asked for and says so.</summary>
    public void Succeed()
    {
        try
        {
            perform();
        }
#pragma warning disable CA1031 // the caller's answer
        catch (Exception fault)
#pragma warning restore CA1031
        {
            _ended.TrySetException(fault);
            return;
        }

        _ended.TrySetResult();
    }

    /// <summary>Does nothing.</summary>
    public void Refuse() => Fail(new IOException("no space left on device"));

    public void Fail(Exception fault) => _ended.TrySetException(fault);

    /// <summary>Does what was asked for, but the answer does not arrive.</summary>
    public void LoseAnswer()
    {
        Land();
        Fail(new TimeoutException("no answer"));
    }

    /// <summary>Does what was asked for; nobody lives to hear it.</summary>
    public void Land()
    {
        try
        {
            perform();
        }
        catch (Orleans.Storage.InconsistentStateException)
        {
            // the answer would have been a refusal
        }
    }
}
