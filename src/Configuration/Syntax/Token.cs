namespace OrleansLb.Configuration.Syntax;

/// <summary>A token and where it is.</summary>
internal readonly record struct Token(TokenKind Kind, SourceSpan Span)
{
    public string Text => Span.Text;
}
