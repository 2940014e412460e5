namespace OrleansLb.Embedded.Engine;

/// <summary>One call on its way to a grain. <see cref="ProxyEmitter"/> derives a class for every method of a grain interface.</summary>
/// <remarks>
/// A call that starts at once is answered with the very task that the grain's method returned. Only a call that has to wait needs a
/// promise, which is kept when the method's task completes.
/// </remarks>
internal abstract class GrainRequest(RequestTraits traits)
{
    private TaskCompletionSource? _promise;

    public RequestTraits Traits { get; } = traits;

    public Activation? Activation { get; set; }

    /// <summary>The turn was taken for this call on its caller's thread.</summary>
    public bool OwnsTurn { get; set; }

    /// <summary>The call was over when its first turn was.</summary>
    public bool EndsWithTurn { get; set; }

    /// <summary>What the grain's method returned.</summary>
    public Task? Answer { get; set; }

    public virtual bool HasPromise => _promise is not null;

    public virtual Task Promise => (_promise ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    /// <summary>Calls the method.</summary>
    public abstract Task Invoke(object grain);

    public virtual Task Faulted(Exception exception) => Task.FromException(exception);

    public virtual void KeepPromise(Task answer) => _promise!.SetFromTask(answer);

    /// <summary>Answers a call that never started.</summary>
    public virtual void Fail(Exception exception) => KeepPromise(Faulted(exception));
}
