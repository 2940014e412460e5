using System.Diagnostics.CodeAnalysis;
using OrleansLb.Embedded.Engine;
using Orleans.Runtime;

namespace Orleans;

/// <summary>The base class of grains. The engine makes the instances; one made by hand has no context and can only be unit tested.</summary>
public abstract class Grain : IGrainBase, IAddressable
{
    /// <summary>A grain of the activation that is being made on this thread.</summary>
    protected Grain()
        : this(ActivationUnderConstruction.Current)
    {
    }

    /// <summary>A grain of a given activation.</summary>
    protected Grain(IGrainContext? grainContext) => GrainContext = grainContext;

    /// <summary>The activation that this instance belongs to.</summary>
    [AllowNull]
    public IGrainContext GrainContext { get; private set; }

    /// <summary>Type and key as text.</summary>
    public string IdentityString => GrainContext.GrainId.ToString();

    /// <summary>Makes references to other grains.</summary>
    protected IGrainFactory GrainFactory => Engine.GrainFactory;

    /// <summary>The services of this activation.</summary>
    protected internal IServiceProvider ServiceProvider => GrainContext.ActivationServices;

    private IActivationContext Engine =>
        GrainContext as IActivationContext ?? throw new InvalidOperationException("the grain was not made by the engine");

    /// <summary>Runs as the first turn, before any call; persistent state has been read by then. If it throws, the calls that wait fail.</summary>
    public virtual Task OnActivateAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Runs as the last turn, after the calls that had begun.</summary>
    public virtual Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Ends this activation once the calls that have begun are over; the next call makes a new one.</summary>
    protected void DeactivateOnIdle() => GrainBaseExtensions.DeactivateOnIdle(this);

    /// <summary>Keeps the activation from being collected for this long; zero takes that back, <see cref="Timeout.InfiniteTimeSpan"/> means for good.</summary>
    protected void DelayDeactivation(TimeSpan timeSpan) => Engine.DelayDeactivation(timeSpan);
}
