using System.Reflection;

namespace OrleansLb.Embedded.Hosting;

/// <summary>The engine that runs grains in this process.</summary>
public sealed class EmbeddedGrainOptions
{
    /// <summary>Where grain classes are looked for.</summary>
    public ISet<Assembly> Assemblies { get; } = new HashSet<Assembly>();

    /// <summary>How long a grain stays activated after its last call, unless its class says otherwise.</summary>
    public TimeSpan CollectionAge { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>Time between two looks for idle grains; they may stay that much longer than their age.</summary>
    public TimeSpan CollectionQuantum { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Time for making a grain and its OnActivateAsync.</summary>
    public TimeSpan ActivationTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Time for OnDeactivateAsync.</summary>
    public TimeSpan DeactivationTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>When the engine stops: time for the calls that still run, such as long polls. Then their grains are deactivated all the same.</summary>
    public TimeSpan ShutdownPatience { get; set; } = TimeSpan.FromSeconds(5);
}
