using Microsoft.Extensions.DependencyInjection;
using Orleans.Core;
using Orleans.Runtime;
using Orleans.Storage;

namespace OrleansLb.Embedded.Engine;

/// <summary>Finds the store of a record.</summary>
internal static class PersistentState
{
    public static IStorage Create(Type stateType, IPersistentStateConfiguration configuration, Activation activation)
    {
        var services = activation.ActivationServices;
        string? name = configuration.StorageName;
        var store = string.IsNullOrWhiteSpace(name) ? services.GetService<IGrainStorage>() : services.GetKeyedService<IGrainStorage>(name);
        if (store is null)
            throw new InvalidOperationException($"grain {activation.GrainId} wants the store '{name ?? "Default"}', which is not registered");
        return (IStorage)Activator.CreateInstance(
            typeof(PersistentState<>).MakeGenericType(stateType), configuration.StateName, activation.GrainId, store)!;
    }
}
