using OrleansLb.Configuration.Evaluation;

namespace OrleansLb.Configuration.Components;

/// <summary>A kind of component, or a block of the top level that configures the program itself.</summary>
/// <param name="Name">The block's name.</param>
/// <param name="Stability">How far Alloy trusts it.</param>
/// <param name="Build">Decodes a block of the kind into the pipeline; yields what is wrong, or null.</param>
internal sealed record ComponentDefinition(
    string Name, StabilityLevel Stability, Func<ComponentBlock, DecodeContext, PipelineDraft, Problem?> Build)
{
    /// <summary>The name of what it exports, and what that can be used for; null when it exports nothing.</summary>
    public (string Name, CapsuleKind Kind)? Export { get; init; }

    /// <summary>False for the blocks that configure the program, which have no label and stand once.</summary>
    public bool HasLabel { get; init; } = true;
}
