using OrleansLb.Configuration.Syntax;

namespace OrleansLb.Configuration.Evaluation;

/// <summary>What the names of an expression stand for.</summary>
internal interface IScope
{
    /// <summary>The value of a path of names such as <c>otelcol.exporter.debug.default.input</c>; null when no component has that name.</summary>
    Outcome<AlloyValue>? Resolve(SourceSpan span, IReadOnlyList<string> path);
}
