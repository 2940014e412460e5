namespace OrleansLb.Configuration.Syntax;

/// <summary>An expression.</summary>
internal abstract record Expression(SourceSpan Span);

/// <summary>A number, string, boolean or null as it is written.</summary>
internal sealed record LiteralExpression(SourceSpan Span, TokenKind Kind) : Expression(Span);

/// <summary>A name.</summary>
internal sealed record IdentifierExpression(SourceSpan Span, string Name) : Expression(Span);

/// <summary><c>[a, b]</c></summary>
internal sealed record ArrayExpression(SourceSpan Span, IReadOnlyList<Expression> Elements) : Expression(Span);

/// <summary><c>{ a = 1, "b" = 2 }</c></summary>
internal sealed record ObjectExpression(SourceSpan Span, IReadOnlyList<KeyValuePair<string, Expression>> Fields) : Expression(Span);

/// <summary><c>operand.name</c></summary>
internal sealed record AccessExpression(SourceSpan Span, Expression Operand, string Name) : Expression(Span);

/// <summary><c>operand[index]</c></summary>
internal sealed record IndexExpression(SourceSpan Span, Expression Operand, Expression Index) : Expression(Span);

/// <summary><c>function(arguments)</c></summary>
internal sealed record CallExpression(SourceSpan Span, Expression Function, IReadOnlyList<Expression> Arguments) : Expression(Span);

/// <summary><c>-operand</c> or <c>!operand</c></summary>
internal sealed record UnaryExpression(SourceSpan Span, TokenKind Operator, Expression Operand) : Expression(Span);

/// <summary><c>left operator right</c></summary>
internal sealed record BinaryExpression(SourceSpan Span, TokenKind Operator, Expression Left, Expression Right) : Expression(Span);

/// <summary><c>(inner)</c></summary>
internal sealed record ParenthesizedExpression(SourceSpan Span, Expression Inner) : Expression(Span);
