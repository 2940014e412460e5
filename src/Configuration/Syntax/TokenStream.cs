using OrleansLb.Configuration.Diagnostics;

namespace OrleansLb.Configuration.Syntax;

/// <summary>The parser's view of the tokens: one of look-ahead, what to expect, and where to go on after an error.</summary>
internal sealed class TokenStream
{
    private readonly Scanner _scanner;
    private readonly List<Diagnostic> _diagnostics;
    private int _lineOfLastError;

    public TokenStream(SourceFile file, List<Diagnostic> diagnostics)
    {
        _diagnostics = diagnostics;
        _scanner = new Scanner(file, diagnostics);
        Current = _scanner.Next();
    }

    public Token Current { get; private set; }

    public TokenKind Kind => Current.Kind;

    /// <summary>The current token; goes on to the next one.</summary>
    public Token Take()
    {
        var taken = Current;
        Current = _scanner.Next();
        return taken;
    }

    /// <summary>Takes the current token, with an error if it is of another kind.</summary>
    public Token Expect(TokenKind kind)
    {
        if (Kind != kind)
            Error($"expected {kind.Display()}, got {Kind.Display()}");
        return Take();
    }

    /// <summary>An error at the current token. What follows on the same line is mostly its consequence, so it is not reported.</summary>
    public void Error(string message)
    {
        var diagnostic = (Current.Span with { End = Current.Span.Start }).Error(message);
        if (diagnostic.Line == _lineOfLastError)
            return;
        _lineOfLastError = diagnostic.Line;
        _diagnostics.Add(diagnostic);
    }

    public void Report(SourceSpan span, string message) => _diagnostics.Add(span.Error(message));

    public void SkipTo(TokenKind kind)
    {
        while (Kind != kind && Kind != TokenKind.EndOfFile)
            Take();
    }

    public void SkipToEndOfExpression()
    {
        while (Kind is not (TokenKind.Terminator or TokenKind.RightParenthesis or TokenKind.RightBrace
            or TokenKind.RightBracket or TokenKind.Comma or TokenKind.EndOfFile))
            Take();
    }

    /// <summary>Skips to the terminator of the statement, over line ends inside pairs of brackets.</summary>
    public void SkipToEndOfStatement()
    {
        int braces = 0, brackets = 0, parentheses = 0;
        for (; Kind != TokenKind.EndOfFile; Take())
        {
            switch (Kind)
            {
                case TokenKind.LeftBrace: braces++; break;
                case TokenKind.RightBrace: braces--; break;
                case TokenKind.LeftBracket: brackets++; break;
                case TokenKind.RightBracket: brackets--; break;
                case TokenKind.LeftParenthesis: parentheses++; break;
                case TokenKind.RightParenthesis: parentheses--; break;
                case TokenKind.Terminator when braces <= 0 && brackets <= 0 && parentheses <= 0: return;
            }
        }
    }
}
