using OrleansLb.Configuration.Diagnostics;

namespace OrleansLb.Configuration.Syntax;

/// <summary>Parses the statements of a file. It goes on after an error so as to report several; the result is then of no use.</summary>
internal sealed class Parser
{
    private readonly TokenStream _tokens;
    private readonly ExpressionParser _expressions;
    private readonly NestingLimit _nesting = new();

    private Parser(SourceFile file, List<Diagnostic> diagnostics)
    {
        _tokens = new TokenStream(file, diagnostics);
        _expressions = new ExpressionParser(_tokens, _nesting, () => ParseBody(TokenKind.RightBrace));
    }

    /// <summary>The statements of a file; what is wrong goes to <paramref name="diagnostics"/>.</summary>
    public static IReadOnlyList<Statement> Parse(SourceFile file, List<Diagnostic> diagnostics) =>
        new Parser(file, diagnostics).ParseBody(TokenKind.EndOfFile);

    private List<Statement> ParseBody(TokenKind until)
    {
        var body = new List<Statement>();
        while (_tokens.Kind != until && _tokens.Kind != TokenKind.EndOfFile)
        {
            if (ParseStatement() is { } statement)
                body.Add(statement);
            if (_tokens.Kind == until)
                break;
            if (_tokens.Kind != TokenKind.Terminator)
            {
                _tokens.Error($"expected TERMINATOR, got {_tokens.Kind.Display()}");
                _tokens.SkipToEndOfStatement();
            }

            _tokens.Take();
        }

        return body;
    }

    private Statement? ParseStatement()
    {
        if (ParseName() is not { } name)
        {
            _tokens.SkipTo(TokenKind.Identifier);
            return null;
        }

        switch (_tokens.Kind)
        {
            case TokenKind.Assign:
                return ParseAttribute(name);
            case TokenKind.LeftBrace:
                return ParseBlock(name);
            default:
                _tokens.Error(name.Parts.Count == 1 && name.Label.Length == 0
                    ? $"expected attribute assignment or block body, got {_tokens.Kind.Display()}"
                    : $"expected block body, got {_tokens.Kind.Display()}");
                _tokens.SkipTo(TokenKind.Identifier);
                return null;
        }
    }

    private AttributeStatement ParseAttribute(StatementName name)
    {
        _tokens.Take();
        if (name.Parts.Count != 1)
            _tokens.Report(name.Span, "attribute names may only consist of a single identifier with no \".\"");
        else if (name.LabelSpan is { } label)
            _tokens.Report(label, "attribute names may not have labels");
        var value = _expressions.Parse();
        return new AttributeStatement(name.Span.To(value.Span), name.Parts[0], value);
    }

    private BlockStatement? ParseBlock(StatementName name)
    {
        if (!_nesting.TryEnter(_tokens))
        {
            _tokens.SkipToEndOfStatement();
            return null;
        }

        _tokens.Take();
        var body = ParseBody(TokenKind.RightBrace);
        var close = _tokens.Expect(TokenKind.RightBrace);
        _nesting.Leave();
        return new BlockStatement(name.Span.To(close.Span), string.Join('.', name.Parts), name.Label, name.LabelSpan, body);
    }

    private StatementName? ParseName()
    {
        if (_tokens.Kind != TokenKind.Identifier)
        {
            _tokens.Error($"expected identifier, got {_tokens.Kind.Display()}");
            return null;
        }

        var first = _tokens.Take();
        var parts = new List<string> { first.Text };
        var span = first.Span;
        while (_tokens.Kind == TokenKind.Dot)
        {
            _tokens.Take();
            if (_tokens.Kind != TokenKind.Identifier)
                _tokens.Error($"expected identifier, got {_tokens.Kind.Display()}");
            var part = _tokens.Take();
            parts.Add(part.Text);
            span = span.To(part.Span);
        }

        if (_tokens.Kind is TokenKind.Assign or TokenKind.LeftBrace)
            return new StatementName(span, parts, "", null);
        var (label, labelSpan) = ParseLabel();
        return new StatementName(span, parts, label, labelSpan);
    }

    private (string Label, SourceSpan? Span) ParseLabel()
    {
        if (_tokens.Kind != TokenKind.String)
        {
            _tokens.Error($"expected block label, got {_tokens.Kind.Display()}");
            _tokens.Take();
            return ("", null);
        }

        string quoted = _tokens.Current.Text;
        string label = quoted.Length > 2 ? quoted[1..^1] : "";
        if (quoted[0] != '"')
            _tokens.Error($"expected block label to be a double quoted string, but got {Quoting.Quote(quoted)}");
        else if (label.Length > 0 && !Characters.IsIdentifier(label))
            _tokens.Error($"expected block label to be a valid identifier, but got {Quoting.Quote(label)}");
        return (label, _tokens.Take().Span);
    }

    private readonly record struct StatementName(SourceSpan Span, List<string> Parts, string Label, SourceSpan? LabelSpan);
}
