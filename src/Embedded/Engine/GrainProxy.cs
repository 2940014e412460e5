using Orleans.Runtime;

namespace OrleansLb.Embedded.Engine;

/// <summary>The base of all references to grains. Two references to the same grain are equal.</summary>
internal abstract class GrainProxy(ActivationDirectory directory, ActivationKey key) : IAddressable, IEquatable<GrainProxy>
{
    // Saves the look-up while the grain stays activated.
    private Activation? _activation;

    public GrainId GrainId => GrainId.Create(key.Class.GrainType, key.Key);

    public bool Equals(GrainProxy? other) => other is not null && other.GetType() == GetType() && other.Key == key;

    public override bool Equals(object? obj) => Equals(obj as GrainProxy);

    public override int GetHashCode() => key.GetHashCode();

    public override string ToString() => GrainId.ToString();

    private ActivationKey Key => key;

    /// <summary>Called by the emitted methods. The task is of the type that the method returns.</summary>
    protected Task Send(GrainRequest request)
    {
        Task? answer;
        try
        {
            var activation = _activation ??= directory.GetOrAdd(key);
            while (!activation.TrySend(request, out answer))
            {
                directory.Remove(activation);
                _activation = activation = directory.GetOrAdd(key);
            }
        }
        catch (SiloUnavailableException exception)
        {
            return request.Faulted(exception);
        }

        return (request.Traits & RequestTraits.OneWay) == 0 ? answer : Task.CompletedTask;
    }
}
