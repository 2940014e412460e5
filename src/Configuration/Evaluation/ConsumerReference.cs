using OrleansLb.Configuration.Syntax;

namespace OrleansLb.Configuration.Evaluation;

/// <summary>A component that is named as a consumer.</summary>
/// <param name="ComponentId">Its ID.</param>
/// <param name="Origin">Where it is named.</param>
internal readonly record struct ConsumerReference(string ComponentId, SourceSpan Origin);
