namespace OrleansLb.Configuration.Syntax;

/// <summary>A statement of a body.</summary>
internal abstract record Statement(SourceSpan Span);

/// <summary><c>name = value</c></summary>
internal sealed record AttributeStatement(SourceSpan Span, string Name, Expression Value) : Statement(Span);

/// <summary><c>name.of.block "label" { … }</c>; the label is empty when there is none.</summary>
internal sealed record BlockStatement(SourceSpan Span, string Name, string Label, SourceSpan? LabelSpan, IReadOnlyList<Statement> Body)
    : Statement(Span);
