using OrleansLb.Embedded.Engine;
using Orleans.Runtime;

namespace Orleans;

/// <summary>Identity of grains and of references to grains.</summary>
public static class GrainExtensions
{
    /// <summary>The identity of a grain or of what a reference points to.</summary>
    public static GrainId GetGrainId(this IAddressable grain) => grain switch
    {
        GrainProxy proxy => proxy.GrainId,
        IGrainBase { GrainContext: { } context } => context.GrainId,
        null => throw new ArgumentNullException(nameof(grain)),
        _ => throw new ArgumentException($"{grain.GetType()} is neither a grain of the engine nor a reference to one", nameof(grain)),
    };

    /// <summary>The string that the grain is known by.</summary>
    public static string GetPrimaryKeyString(this IAddressable grain) => grain.GetGrainId().Key.ToString();
}
