using Orleans;
using Orleans.Runtime;

namespace OrleansLb.Embedded.Engine;

/// <summary>What the base class of grains asks of its activation beyond the public context.</summary>
internal interface IActivationContext : IGrainContext
{
    IGrainFactory GrainFactory { get; }

    void DelayDeactivation(TimeSpan timeSpan);

    IGrainTimer RegisterTimer(Func<CancellationToken, Task> callback, GrainTimerCreationOptions options);
}
