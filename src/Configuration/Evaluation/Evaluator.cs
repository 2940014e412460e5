using OrleansLb.Configuration.Syntax;

namespace OrleansLb.Configuration.Evaluation;

/// <summary>Works out the values of expressions: literals, lists, objects, references and signs.</summary>
internal sealed class Evaluator(IScope scope)
{
    public Outcome<AlloyValue> Evaluate(Expression expression) => expression switch
    {
        LiteralExpression literal => EvaluateLiteral(literal),
        ParenthesizedExpression parenthesized => Evaluate(parenthesized.Inner),
        ArrayExpression array => EvaluateArray(array),
        ObjectExpression fields => EvaluateObject(fields),
        UnaryExpression unary => EvaluateUnary(unary),
        IdentifierExpression or AccessExpression => EvaluateReference(expression),
        IndexExpression => Problem.NotSupported(expression.Span, "indexing"),
        CallExpression call => Problem.NotSupported(call.Span, $"calling {call.Function.Span.Text}"),
        BinaryExpression binary => Problem.NotSupported(binary.Span, $"operator {binary.Operator.Display()}"),
        _ => throw new InvalidOperationException($"unknown expression {expression.GetType().Name}"),
    };

    private static Outcome<AlloyValue> EvaluateLiteral(LiteralExpression literal)
    {
        string text = literal.Span.Text;
        switch (literal.Kind)
        {
            case TokenKind.Null:
                return new NullValue(literal.Span);
            case TokenKind.Boolean:
                return new BooleanValue(literal.Span, text == "true");
            case TokenKind.String:
                return StringLiterals.TryUnquote(text, out string unquoted)
                    ? new StringValue(literal.Span, unquoted)
                    : Problem.NotSupported(literal.Span, "a string that is no UTF-8");
            default:
                return Number.TryParseLiteral(text, out var number)
                    ? new NumberValue(literal.Span, number)
                    : new Problem(literal.Span, $"{text} is out of the range of numbers");
        }
    }

    private Outcome<AlloyValue> EvaluateArray(ArrayExpression array)
    {
        var elements = new AlloyValue[array.Elements.Count];
        for (int i = 0; i < elements.Length; i++)
        {
            var element = Evaluate(array.Elements[i]);
            if (element.Problem is { } problem)
                return problem;
            elements[i] = element.Value;
        }

        return new ArrayValue(array.Span, elements);
    }

    private Outcome<AlloyValue> EvaluateObject(ObjectExpression expression)
    {
        var fields = new OrderedDictionary<string, AlloyValue>(expression.Fields.Count);
        foreach (var field in expression.Fields)
        {
            var value = Evaluate(field.Value);
            if (value.Problem is { } problem)
                return problem;
            fields[field.Key] = value.Value;
        }

        return new ObjectValue(expression.Span, [.. fields]);
    }

    private Outcome<AlloyValue> EvaluateUnary(UnaryExpression unary)
    {
        var operand = Evaluate(unary.Operand);
        if (operand.Problem is { } problem)
            return problem;
        return (unary.Operator, operand.Value) switch
        {
            (TokenKind.Subtract, NumberValue number) => new NumberValue(unary.Span, number.Number.Negate()),
            (TokenKind.Not, BooleanValue boolean) => new BooleanValue(unary.Span, !boolean.Value),
            (TokenKind.Subtract, var other) => new Problem(unary.Operand.Span, $"{unary.Operand.Span.Text} should be number, got {other.TypeName}"),
            (_, var other) => new Problem(unary.Operand.Span, $"{unary.Operand.Span.Text} should be bool, got {other.TypeName}"),
        };
    }

    private Outcome<AlloyValue> EvaluateReference(Expression expression)
    {
        var (root, names) = ReferencePath.Split(expression);
        if (root is not null)
        {
            var value = Evaluate(root);
            return value.Problem is not null ? value : Fields.Of(value.Value, names, expression.Span);
        }

        if (scope.Resolve(expression.Span, names) is { } resolved)
            return resolved;
        return StandardLibrary.Knows(names[0])
            ? Problem.NotSupported(expression.Span, expression.Span.Text)
            : new Problem(expression.Span, $"identifier {Quoting.Quote(names[0])} does not exist");
    }
}
