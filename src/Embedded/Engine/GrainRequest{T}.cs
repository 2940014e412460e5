namespace OrleansLb.Embedded.Engine;

/// <summary>One call of a method with a result.</summary>
internal abstract class GrainRequest<T>(RequestTraits traits) : GrainRequest(traits)
{
    private TaskCompletionSource<T>? _promise;

    public override bool HasPromise => _promise is not null;

    public override Task Promise => (_promise ??= new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    public override Task Faulted(Exception exception) => Task.FromException<T>(exception);

    public override void KeepPromise(Task answer) => _promise!.SetFromTask((Task<T>)answer);
}
