using Orleans.Runtime;

namespace OrleansLb.Embedded.Engine;

/// <summary>Hands the activation to the parameterless base constructor of the grain that is being made on this thread.</summary>
internal static class ActivationUnderConstruction
{
    [ThreadStatic]
    private static IGrainContext? t_current;

    public static IGrainContext? Current
    {
        get => t_current;
        set => t_current = value;
    }
}
