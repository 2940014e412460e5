using OrleansLb.Configuration.Syntax;

namespace OrleansLb.Configuration.Components;

/// <summary>The block of one component in a file.</summary>
internal sealed record ComponentBlock(string Id, ComponentDefinition Definition, BlockStatement Statement);
