using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Runtime;

namespace OrleansLb.Embedded.Engine;

/// <summary>One life of a grain: an instance, the calls to it and the scheduler of its turns.</summary>
internal sealed partial class Activation : IActivationContext
{
    private readonly ActivationDirectory _directory;
    private readonly GrainClass _class;
    private readonly string _key;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ActivationState _state;
    private AsyncServiceScope? _scope;
    private object? _instance;

    public Activation(ActivationDirectory directory, GrainClass grainClass, string key)
    {
        _directory = directory;
        _class = grainClass;
        _key = key;
        GrainId = GrainId.Create(grainClass.GrainType, key);
    }

    public GrainId GrainId { get; }

    public ActivationKey Key => new(_class, _key);

    public object? GrainInstance => _instance;

    public IServiceProvider ActivationServices => _scope?.ServiceProvider ?? _directory.Services;

    public IGrainFactory GrainFactory => _directory.Services.GetRequiredService<IGrainFactory>();

    public Task Deactivated => _ended.Task;

    public bool Equals(IGrainContext? other) => ReferenceEquals(this, other);

    public IGrainTimer RegisterTimer(Func<CancellationToken, Task> callback, GrainTimerCreationOptions options)
    {
        var timer = new GrainTimer(this, callback, options, _directory.Time, _directory.Logger);
        lock (_gate)
            _timers.Add(timer);
        timer.Change(options.DueTime, options.Period);
        return timer;
    }

    public void Forget(GrainTimer timer)
    {
        lock (_gate)
            _timers.Remove(timer);
    }
}
