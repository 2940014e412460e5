using Microsoft.Extensions.Options;
using Orleans;
using OrleansLb.Embedded.Hosting;

namespace OrleansLb.Embedded.Engine;

/// <summary>Which classes implement which grain interface.</summary>
internal sealed class GrainClasses
{
    private readonly ILookup<Type, GrainClass> _byInterface;

    public GrainClasses(IOptions<EmbeddedGrainOptions> options)
    {
        _byInterface = options.Value.Assemblies
            .SelectMany(static assembly => assembly.GetTypes())
            .Where(static type => type is { IsClass: true, IsAbstract: false, IsGenericTypeDefinition: false } && type.IsAssignableTo(typeof(IGrainBase)))
            .Select(static type => new GrainClass(type))
            .SelectMany(static grain => grain.Type.GetInterfaces(), static (grain, contract) => (contract, grain))
            .Where(static pair => pair.contract.IsAssignableTo(typeof(IGrain)))
            .ToLookup(static pair => pair.contract, static pair => pair.grain);
    }

    /// <summary>The class that implements the interface.</summary>
    /// <exception cref="ArgumentException">There is none, or there are several.</exception>
    public GrainClass Get(Type contract, string? classNamePrefix)
    {
        var found = _byInterface[contract]
            .Where(grain => classNamePrefix is null || grain.Type.FullName!.StartsWith(classNamePrefix, StringComparison.Ordinal))
            .ToArray();
        return found.Length switch
        {
            1 => found[0],
            0 => throw new ArgumentException($"no grain class implements {contract}"),
            _ => throw new ArgumentException($"{contract} is implemented by {string.Join(" and ", found.Select(static grain => grain.Type))}"),
        };
    }
}
