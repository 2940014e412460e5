using System.Text;
using OrleansLb.Configuration.Diagnostics;

namespace OrleansLb.Configuration.Syntax;

/// <summary>Cuts a source file into tokens and inserts a terminator at each line end that ends a statement.</summary>
internal sealed class Scanner
{
    private readonly SourceFile _file;
    private readonly List<Diagnostic> _diagnostics;
    private int _ch;
    private int _offset;
    private int _following;
    private bool _lineEndTerminates;

    public Scanner(SourceFile file, List<Diagnostic> diagnostics)
    {
        _file = file;
        _diagnostics = diagnostics;
        Advance();
        if (_ch == Characters.ByteOrderMark)
            Advance();
    }

    /// <summary>The next token that is no comment.</summary>
    public Token Next()
    {
        while (true)
        {
            SkipWhitespace();
            int start = _offset;
            if (_lineEndTerminates && (_ch is '\n' or Characters.EndOfFile || AtComment && CommentReachesLineEnd()))
            {
                _lineEndTerminates = false;
                return new Token(TokenKind.Terminator, SpanFrom(start));
            }

            if (AtComment)
            {
                SkipComment(start);
                continue;
            }

            bool lineEndTerminated = _lineEndTerminates;
            var kind = ScanToken(start);
            _lineEndTerminates = kind == TokenKind.Illegal ? lineEndTerminated : kind.EndsStatement();
            return new Token(kind, SpanFrom(start));
        }
    }

    private bool AtComment => _ch == '/' && Peek() is ('/' or '*');

    private SourceSpan SpanFrom(int start) => new(_file, start, _offset);

    private int Peek() => _following < _file.Bytes.Length ? _file.Bytes[_following] : Characters.EndOfFile;

    private void Advance()
    {
        _offset = _following;
        if (_offset >= _file.Bytes.Length)
        {
            _ch = Characters.EndOfFile;
            return;
        }

        if (Rune.DecodeFromUtf8(_file.Bytes[_offset..], out var rune, out int width) != System.Buffers.OperationStatus.Done)
            Report(_offset, "illegal UTF-8 encoding");
        else if (rune.Value == 0)
            Report(_offset, "illegal character NUL");
        else if (rune.Value == Characters.ByteOrderMark && _offset > 0)
            Report(_offset, "illegal byte order mark");
        _ch = rune.Value;
        _following = _offset + width;
    }

    private void Report(int offset, string message) => _diagnostics.Add(new SourceSpan(_file, offset, offset).Error(message));

    private void SkipWhitespace()
    {
        while (_ch is ' ' or '\t' or '\r' || _ch == '\n' && !_lineEndTerminates)
            Advance();
    }

    private void SkipComment(int start)
    {
        Advance();
        bool block = _ch == '*';
        Advance();
        if (!block)
        {
            while (_ch is not ('\n' or Characters.EndOfFile))
                Advance();
            return;
        }

        while (_ch != Characters.EndOfFile)
        {
            bool star = _ch == '*';
            Advance();
            if (star && _ch == '/')
            {
                Advance();
                return;
            }
        }

        Report(start, "block comment not terminated");
    }

    // A comment that contains or meets the end of the line stands for that line end.
    private bool CommentReachesLineEnd()
    {
        var rest = _file.Bytes[_offset..];
        while (true)
        {
            if (rest.StartsWith("//"u8))
                return true;
            if (!rest.StartsWith("/*"u8))
                return rest.IsEmpty || rest[0] == (byte)'\n';
            int close = rest[2..].IndexOf("*/"u8);
            if (close < 0 || rest.Slice(2, close).Contains((byte)'\n'))
                return true;
            rest = rest[(close + 4)..].TrimStart(" \t\r"u8);
        }
    }

    private TokenKind ScanToken(int start)
    {
        if (Characters.IsLetter(_ch))
            return ScanWord(start);
        if (Characters.IsDecimal(_ch) || _ch == '.' && Characters.IsDecimal(Peek()))
            return ScanNumber(start);

        int ch = _ch;
        Advance();
        switch (ch)
        {
            case Characters.EndOfFile: return TokenKind.EndOfFile;
            case '"': ScanString(start, '"'); return TokenKind.String;
            case '`': ScanString(start, '`'); return TokenKind.String;
            case '\'':
                Report(start, "illegal single-quoted string; use double quotes");
                ScanString(start, '\'');
                return TokenKind.Illegal;
            case '|': Double('|', "missing second | in ||"); return TokenKind.Or;
            case '&': Double('&', "missing second & in &&"); return TokenKind.And;
            case '!': return OrWithAssign(TokenKind.Not, TokenKind.NotEqual);
            case '=': return OrWithAssign(TokenKind.Assign, TokenKind.Equal);
            case '<': return OrWithAssign(TokenKind.Less, TokenKind.LessOrEqual);
            case '>': return OrWithAssign(TokenKind.Greater, TokenKind.GreaterOrEqual);
            case '+': return TokenKind.Add;
            case '-': return TokenKind.Subtract;
            case '*': return TokenKind.Multiply;
            case '/': return TokenKind.Divide;
            case '%': return TokenKind.Modulo;
            case '^': return TokenKind.Power;
            case '{': return TokenKind.LeftBrace;
            case '}': return TokenKind.RightBrace;
            case '(': return TokenKind.LeftParenthesis;
            case ')': return TokenKind.RightParenthesis;
            case '[': return TokenKind.LeftBracket;
            case ']': return TokenKind.RightBracket;
            case ',': return TokenKind.Comma;
            case '.': return TokenKind.Dot;
            default:
                // Advance has already spoken about these two.
                if (ch is not (Characters.ByteOrderMark or 0))
                    Report(start, $"illegal character {Characters.Describe(ch)}");
                return TokenKind.Illegal;
        }
    }

    private TokenKind ScanWord(int start)
    {
        while (Characters.IsLetter(_ch) || Characters.IsDigit(_ch))
            Advance();
        return _file.Text(start, _offset) switch
        {
            "true" or "false" => TokenKind.Boolean,
            "null" => TokenKind.Null,
            _ => TokenKind.Identifier,
        };
    }

    private TokenKind ScanNumber(int start)
    {
        var kind = TokenKind.Number;
        SkipDigits();
        if (_ch == '.')
        {
            kind = TokenKind.Float;
            Advance();
            SkipDigits();
        }

        if (_ch is 'e' or 'E')
        {
            kind = TokenKind.Float;
            Advance();
            if (_ch is '+' or '-')
                Advance();
            if (!SkipDigits())
                Report(start, "exponent has no digits");
        }

        return kind;
    }

    private bool SkipDigits()
    {
        int start = _offset;
        while (Characters.IsDecimal(_ch))
            Advance();
        return _offset > start;
    }

    private void ScanString(int start, char quote)
    {
        bool raw = quote == '`';
        while (true)
        {
            int ch = _ch;
            if (ch == Characters.EndOfFile || ch == '\n' && !raw)
            {
                Report(start, "string literal not terminated");
                return;
            }

            Advance();
            if (ch == quote)
                return;
            if (ch == '\\' && !raw)
                ScanEscape();
        }
    }

    private void ScanEscape()
    {
        int start = _offset;
        int digits, radix, limit = 255;
        switch (_ch)
        {
            case 'a' or 'b' or 'f' or 'n' or 'r' or 't' or 'v' or '\\' or '"': Advance(); return;
            case >= '0' and <= '7': (digits, radix) = (3, 8); break;
            case 'x': Advance(); (digits, radix) = (2, 16); break;
            case 'u': Advance(); (digits, radix, limit) = (4, 16, 0x10FFFF); break;
            case 'U': Advance(); (digits, radix, limit) = (8, 16, 0x10FFFF); break;
            default:
                Report(start, _ch == Characters.EndOfFile ? "escape sequence not terminated" : "unknown escape sequence");
                return;
        }

        long value = 0;
        for (; digits > 0; digits--, Advance())
        {
            int digit = Characters.HexadecimalValue(_ch);
            if (digit >= radix)
            {
                Report(start, _ch == Characters.EndOfFile
                    ? "escape sequence not terminated"
                    : $"illegal character {Characters.Describe(_ch)} in escape sequence");
                return;
            }

            value = value * radix + digit;
        }

        if (value > limit || value is >= 0xD800 and < 0xE000)
            Report(start, "escape sequence is invalid Unicode code point");
    }

    private void Double(char second, string message)
    {
        if (_ch == second)
            Advance();
        else
            Report(_offset, message);
    }

    private TokenKind OrWithAssign(TokenKind alone, TokenKind withAssign)
    {
        if (_ch != '=')
            return alone;
        Advance();
        return withAssign;
    }
}
