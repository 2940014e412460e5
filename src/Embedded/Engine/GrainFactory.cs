using System.Collections.Concurrent;
using Orleans;

namespace OrleansLb.Embedded.Engine;

/// <summary>Makes references.</summary>
internal sealed class GrainFactory(GrainClasses classes, ActivationDirectory directory) : IGrainFactory
{
    private readonly ConcurrentDictionary<(Type Contract, string? Prefix), (GrainClass Class, ProxyConstructor New)> _contracts = new();

    /// <inheritdoc/>
    public TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithStringKey
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(primaryKey);
        var (grainClass, create) = _contracts.GetOrAdd(
            (typeof(TGrainInterface), grainClassNamePrefix),
            static (key, classes) => (classes.Get(key.Contract, key.Prefix), ProxyEmitter.ConstructorFor(key.Contract)),
            classes);
        return (TGrainInterface)(object)create(directory, new ActivationKey(grainClass, primaryKey));
    }
}
