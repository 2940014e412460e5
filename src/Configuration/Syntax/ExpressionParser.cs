namespace OrleansLb.Configuration.Syntax;

/// <summary>Parses expressions by descending through the levels of precedence.</summary>
internal sealed class ExpressionParser(TokenStream tokens, NestingLimit nesting, Func<List<Statement>> parseBlockBody)
{
    public Expression Parse() => ParseBinary(1);

    private Expression ParseBinary(int lowest)
    {
        var left = ParsePower();
        while (true)
        {
            int precedence = tokens.Kind.BinaryPrecedence();
            if (precedence < lowest)
                return left;
            var kind = tokens.Take().Kind;
            var right = ParseBinary(precedence + 1);
            left = new BinaryExpression(left.Span.To(right.Span), kind, left, right);
        }
    }

    private Expression ParsePower()
    {
        var left = ParseUnary();
        if (tokens.Kind != TokenKind.Power)
            return left;
        if (!nesting.TryEnter(tokens))
            return GiveUp();
        tokens.Take();
        var right = ParsePower();
        nesting.Leave();
        return new BinaryExpression(left.Span.To(right.Span), TokenKind.Power, left, right);
    }

    private Expression ParseUnary()
    {
        if (!nesting.TryEnter(tokens))
            return GiveUp();
        Expression result;
        if (tokens.Kind is TokenKind.Not or TokenKind.Subtract)
        {
            var sign = tokens.Take();
            var operand = ParseUnary();
            result = new UnaryExpression(sign.Span.To(operand.Span), sign.Kind, operand);
        }
        else
        {
            result = ParsePostfix(ParsePrimary());
        }

        nesting.Leave();
        return result;
    }

    private Expression ParsePostfix(Expression operand)
    {
        while (true)
        {
            switch (tokens.Kind)
            {
                case TokenKind.Dot:
                    tokens.Take();
                    var name = tokens.Expect(TokenKind.Identifier);
                    operand = new AccessExpression(operand.Span.To(name.Span), operand, name.Text);
                    break;
                case TokenKind.LeftBracket:
                    tokens.Take();
                    var index = Parse();
                    operand = new IndexExpression(operand.Span.To(tokens.Expect(TokenKind.RightBracket).Span), operand, index);
                    break;
                case TokenKind.LeftParenthesis:
                    tokens.Take();
                    var arguments = ParseList(TokenKind.RightParenthesis);
                    operand = new CallExpression(operand.Span.To(tokens.Expect(TokenKind.RightParenthesis).Span), operand, arguments);
                    break;
                case TokenKind.String or TokenKind.LeftBrace:
                    if (!SkipMisplacedBlock(operand))
                        return operand;
                    break;
                default:
                    return operand;
            }
        }
    }

    // Someone wrote a block behind "name =": read it as one, so that the message says so.
    private bool SkipMisplacedBlock(Expression operand)
    {
        if (tokens.Kind == TokenKind.String)
            tokens.Take();
        if (tokens.Expect(TokenKind.LeftBrace).Kind == TokenKind.LeftBrace)
        {
            parseBlockBody();
            var close = tokens.Expect(TokenKind.RightBrace);
            if (close.Kind == TokenKind.RightBrace)
            {
                tokens.Report(operand.Span.To(close.Span), "cannot use a block as an expression");
                return true;
            }
        }

        tokens.SkipToEndOfStatement();
        return false;
    }

    private Expression ParsePrimary()
    {
        switch (tokens.Kind)
        {
            case TokenKind.Identifier:
                var name = tokens.Take();
                return new IdentifierExpression(name.Span, name.Text);
            case TokenKind.String or TokenKind.Number or TokenKind.Float or TokenKind.Boolean or TokenKind.Null:
                var literal = tokens.Take();
                return new LiteralExpression(literal.Span, literal.Kind);
            case TokenKind.LeftParenthesis:
                var open = tokens.Take();
                var inner = Parse();
                return new ParenthesizedExpression(open.Span.To(tokens.Expect(TokenKind.RightParenthesis).Span), inner);
            case TokenKind.LeftBracket:
                var bracket = tokens.Take();
                var elements = ParseList(TokenKind.RightBracket);
                return new ArrayExpression(bracket.Span.To(tokens.Expect(TokenKind.RightBracket).Span), elements);
            case TokenKind.LeftBrace:
                var brace = tokens.Take();
                var fields = ParseFields();
                return new ObjectExpression(brace.Span.To(tokens.Expect(TokenKind.RightBrace).Span), fields);
            default:
                tokens.Error($"expected expression, got {tokens.Kind.Display()}");
                return GiveUp();
        }
    }

    private LiteralExpression GiveUp()
    {
        var span = tokens.Current.Span;
        tokens.SkipToEndOfExpression();
        return new LiteralExpression(span, TokenKind.Null);
    }

    private List<Expression> ParseList(TokenKind until)
    {
        var elements = new List<Expression>();
        while (tokens.Kind != until && tokens.Kind != TokenKind.EndOfFile)
        {
            elements.Add(Parse());
            if (tokens.Kind == until)
                break;
            if (tokens.Kind != TokenKind.Comma)
                tokens.Error("missing ',' in expression list");
            tokens.Take();
        }

        return elements;
    }

    private List<KeyValuePair<string, Expression>> ParseFields()
    {
        var fields = new List<KeyValuePair<string, Expression>>();
        while (tokens.Kind is not (TokenKind.RightBrace or TokenKind.EndOfFile))
        {
            fields.Add(ParseField());
            if (tokens.Kind == TokenKind.RightBrace)
                break;
            if (tokens.Kind != TokenKind.Comma)
                tokens.Error("missing ',' in field list");
            tokens.Take();
        }

        return fields;
    }

    private KeyValuePair<string, Expression> ParseField()
    {
        string name = "";
        if (tokens.Kind is TokenKind.Identifier or TokenKind.String)
        {
            var token = tokens.Take();
            name = token.Text;
            // An empty string keeps its quotes: a quirk of the language.
            if (token.Kind == TokenKind.String && name.Length > 2)
                name = name[1..^1];
        }
        else
        {
            tokens.Error($"expected field name (string or identifier), got {tokens.Kind.Display()}");
            tokens.SkipTo(TokenKind.Assign);
        }

        tokens.Expect(TokenKind.Assign);
        return new KeyValuePair<string, Expression>(name, Parse());
    }
}
