using OrleansLb.Configuration.Syntax;

namespace OrleansLb.Configuration.Evaluation;

/// <summary>Paths of names in expressions: how components refer to one another.</summary>
internal static class ReferencePath
{
    /// <summary>The names of <c>a.b.c</c>, without a root; of <c>{…}.b.c</c> the names behind the root.</summary>
    public static (Expression? Root, IReadOnlyList<string> Names) Split(Expression expression)
    {
        // A chain may be of any length, so it is walked in a loop.
        var names = new List<string>();
        while (expression is AccessExpression access)
        {
            names.Add(access.Name);
            expression = access.Operand;
        }

        if (expression is IdentifierExpression identifier)
            names.Add(identifier.Name);
        names.Reverse();
        return (expression is IdentifierExpression ? null : expression, names);
    }

    /// <summary>Every path in the expressions of a body, in the order of the source.</summary>
    public static IEnumerable<(SourceSpan Span, IReadOnlyList<string> Path)> In(IReadOnlyList<Statement> body)
    {
        var pending = new Stack<object>();
        Push(pending, body);
        while (pending.TryPop(out object? node))
        {
            switch (node)
            {
                case BlockStatement block: Push(pending, block.Body); break;
                case AttributeStatement attribute: pending.Push(attribute.Value); break;
                case IdentifierExpression or AccessExpression:
                    var expression = (Expression)node;
                    var (root, names) = Split(expression);
                    if (root is null)
                        yield return (expression.Span, names);
                    else
                        pending.Push(root);
                    break;
                case ArrayExpression array: Push(pending, array.Elements); break;
                case ObjectExpression fields: Push(pending, [.. fields.Fields.Select(field => field.Value)]); break;
                case IndexExpression index: Push(pending, [index.Operand, index.Index]); break;
                case CallExpression call: Push(pending, [call.Function, .. call.Arguments]); break;
                case UnaryExpression unary: pending.Push(unary.Operand); break;
                case BinaryExpression binary: Push(pending, [binary.Left, binary.Right]); break;
                case ParenthesizedExpression parenthesized: pending.Push(parenthesized.Inner); break;
            }
        }
    }

    private static void Push<TNode>(Stack<object> pending, IReadOnlyList<TNode> nodes)
        where TNode : class
    {
        for (int i = nodes.Count - 1; i >= 0; i--)
            pending.Push(nodes[i]);
    }
}
