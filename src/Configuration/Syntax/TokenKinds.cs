namespace OrleansLb.Configuration.Syntax;

/// <summary>What the language says about kinds of tokens: their names in messages, precedence, and line ends.</summary>
internal static class TokenKinds
{
    /// <summary>The name that Alloy's messages use.</summary>
    public static string Display(this TokenKind kind) => kind switch
    {
        TokenKind.Illegal => "ILLEGAL",
        TokenKind.EndOfFile => "EOF",
        TokenKind.Comment => "COMMENT",
        TokenKind.Identifier => "IDENT",
        TokenKind.Number => "NUMBER",
        TokenKind.Float => "FLOAT",
        TokenKind.String => "STRING",
        TokenKind.Boolean => "BOOL",
        TokenKind.Null => "NULL",
        TokenKind.Or => "||",
        TokenKind.And => "&&",
        TokenKind.Not => "!",
        TokenKind.Assign => "=",
        TokenKind.Equal => "==",
        TokenKind.NotEqual => "!=",
        TokenKind.Less => "<",
        TokenKind.LessOrEqual => "<=",
        TokenKind.Greater => ">",
        TokenKind.GreaterOrEqual => ">=",
        TokenKind.Add => "+",
        TokenKind.Subtract => "-",
        TokenKind.Multiply => "*",
        TokenKind.Divide => "/",
        TokenKind.Modulo => "%",
        TokenKind.Power => "^",
        TokenKind.LeftBrace => "{",
        TokenKind.RightBrace => "}",
        TokenKind.LeftParenthesis => "(",
        TokenKind.RightParenthesis => ")",
        TokenKind.LeftBracket => "[",
        TokenKind.RightBracket => "]",
        TokenKind.Comma => ",",
        TokenKind.Dot => ".",
        TokenKind.Terminator => "TERMINATOR",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    /// <summary>How tightly a left-associative binary operator binds; 0 for everything else. Power is parsed by itself.</summary>
    public static int BinaryPrecedence(this TokenKind kind) => kind switch
    {
        TokenKind.Or => 1,
        TokenKind.And => 2,
        TokenKind.Equal or TokenKind.NotEqual or TokenKind.Less or TokenKind.LessOrEqual
            or TokenKind.Greater or TokenKind.GreaterOrEqual => 3,
        TokenKind.Add or TokenKind.Subtract => 4,
        TokenKind.Multiply or TokenKind.Divide or TokenKind.Modulo => 5,
        _ => 0,
    };

    /// <summary>Whether a line end after this token ends the statement.</summary>
    public static bool EndsStatement(this TokenKind kind) => kind is TokenKind.Identifier or TokenKind.Number or TokenKind.Float
        or TokenKind.String or TokenKind.Boolean or TokenKind.Null
        or TokenKind.RightParenthesis or TokenKind.RightBracket or TokenKind.RightBrace;
}
