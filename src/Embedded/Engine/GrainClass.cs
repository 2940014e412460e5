using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Concurrency;
using Orleans.Core;
using Orleans.Runtime;

namespace OrleansLb.Embedded.Engine;

/// <summary>A grain class and what its attributes say.</summary>
internal sealed class GrainClass
{
    private readonly ObjectFactory _factory;
    private readonly (Type StateType, IPersistentStateConfiguration Configuration)[] _records;

    public GrainClass(Type type)
    {
        Type = type;
        GrainType = GrainType.Create(type.GetCustomAttribute<GrainTypeAttribute>()?.GrainType ?? ConventionalName(type));
        IsReentrant = type.IsDefined(typeof(ReentrantAttribute), inherit: true);
        CollectionAge = type.GetCustomAttribute<CollectionAgeLimitAttribute>()?.AgeLimit;
        if (type.IsDefined(typeof(KeepAliveAttribute), inherit: true))
            CollectionAge = TimeSpan.MaxValue;

        var facets = type.GetConstructors()
            .SelectMany(static constructor => constructor.GetParameters())
            .Where(static parameter => parameter.GetCustomAttributes().Any(static attribute => attribute is IFacetMetadata))
            .ToArray();
        _records = Array.ConvertAll(facets, RecordOf);
        _factory = ActivatorUtilities.CreateFactory(type, Array.ConvertAll(facets, static facet => facet.ParameterType));
    }

    public Type Type { get; }

    public GrainType GrainType { get; }

    public bool IsReentrant { get; }

    /// <summary>Null: as the options say.</summary>
    public TimeSpan? CollectionAge { get; }

    /// <summary>Makes an instance; <paramref name="records"/> have yet to be read.</summary>
    public object CreateInstance(Activation activation, out IStorage[] records)
    {
        records = Array.ConvertAll(_records, record => PersistentState.Create(record.StateType, record.Configuration, activation));
        ActivationUnderConstruction.Current = activation;
        try
        {
            return _factory(activation.ActivationServices, records);
        }
        finally
        {
            ActivationUnderConstruction.Current = null;
        }
    }

    // The rule of Orleans, so that stored records keep their names when the engine changes.
    private static string ConventionalName(Type type)
    {
        string name = type.Name.ToLowerInvariant();
        return name.Length > 5 && name.EndsWith("grain", StringComparison.Ordinal) ? name[..^5] : name;
    }

    private static (Type StateType, IPersistentStateConfiguration Configuration) RecordOf(ParameterInfo parameter)
    {
        var configuration = parameter.GetCustomAttribute<PersistentStateAttribute>();
        var type = parameter.ParameterType;
        if (configuration is null || !type.IsGenericType || type.GetGenericTypeDefinition() != typeof(IPersistentState<>))
            throw new NotSupportedException($"parameter {parameter.Name} of {parameter.Member.DeclaringType}: only IPersistentState<T> can be supplied");
        return (type.GenericTypeArguments[0], configuration);
    }
}
