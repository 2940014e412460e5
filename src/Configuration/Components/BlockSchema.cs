using OrleansLb.Configuration.Evaluation;
using OrleansLb.Configuration.Syntax;

namespace OrleansLb.Configuration.Components;

/// <summary>
/// The keys of a kind of block, one line each, and how they become an immutable <typeparamref name="T"/>. Decoding follows Alloy:
/// defaults, statements in the order of the source up to the first error, required keys, checks.
/// </summary>
/// <param name="defaults">What an empty block means.</param>
internal sealed class BlockSchema<T>(T defaults)
    where T : class
{
    private readonly OrderedDictionary<string, Key> _keys = [];
    private readonly List<Func<T, string?>> _checks = [];

    /// <summary>The names of all keys, with whether each is a block.</summary>
    public IEnumerable<(string Name, bool IsBlock)> Keys => _keys.Select(key => (key.Key, key.Value.IsBlock));

    /// <summary>An attribute.</summary>
    public BlockSchema<T> Attribute<TValue>(string name, Reader<TValue> read, Func<T, TValue, T> set, bool required = false) =>
        AddAttribute(name, required, read, (_, result, value, _) => set(result, value));

    /// <summary>An attribute whose zero means that it is not set, since it would do harm: the default is taken, with a warning.</summary>
    public BlockSchema<T> AttributeUnlessZero<TValue>(string name, Reader<TValue> read, TValue @default, string shown, Func<T, TValue, T> set)
        where TValue : struct, IEquatable<TValue> =>
        AddAttribute(name, required: false, read, (statement, result, value, context) =>
        {
            if (!value.Equals(default))
                return set(result, value);
            context.Warn(statement.Span, $"{name} is zero, which would retry without a pause: its default {shown} is used");
            return set(result, @default);
        });

    /// <summary>A block that may stand once.</summary>
    public BlockSchema<T> Block<TBlock>(string name, BlockSchema<TBlock> schema, Func<T, TBlock, T> set, bool required = false)
        where TBlock : class =>
        Add(name, new Key(true, required, (statement, result, context) =>
        {
            var block = schema.Decode(((BlockStatement)statement).Body, context);
            return block.Problem is { } problem ? problem : set(result, block.Value);
        }));

    /// <summary>An attribute that Alloy knows; only its default is accepted.</summary>
    public BlockSchema<T> NotSupported<TValue>(string name, Reader<TValue> read, Predicate<TValue> isDefault) =>
        AddAttribute(name, required: false, read, (statement, result, value, context) =>
        {
            if (!isDefault(value))
                context.NotSupported(statement.Span, $"attribute {Quoting.Quote(name)}");
            return result;
        });

    /// <summary>An attribute that Alloy knows; only its default is accepted.</summary>
    public BlockSchema<T> NotSupported<TValue>(string name, Reader<TValue> read, TValue @default)
        where TValue : IEquatable<TValue> => NotSupported(name, read, value => value.Equals(@default));

    /// <summary>Attributes that Alloy knows and whose default is no value at all; whatever they hold is not looked at.</summary>
    public BlockSchema<T> NotSupported(params ReadOnlySpan<string> names)
    {
        foreach (string name in names)
        {
            Add(name, new Key(false, false, (statement, result, context) =>
            {
                if (((AttributeStatement)statement).Value is not LiteralExpression { Kind: TokenKind.Null })
                    context.NotSupported(statement.Span, $"attribute {Quoting.Quote(name)}");
                return result;
            }));
        }

        return this;
    }

    /// <summary>Blocks that Alloy knows.</summary>
    public BlockSchema<T> NotSupportedBlocks(params ReadOnlySpan<string> names)
    {
        foreach (string name in names)
        {
            Add(name, new Key(true, false, (statement, result, context) =>
            {
                context.NotSupported(statement.Span, $"block {Quoting.Quote(name)}");
                return result;
            }));
        }

        return this;
    }

    /// <summary>A block that is decoded, so that its mistakes are found, and then not used.</summary>
    public BlockSchema<T> NotSupportedBlock<TBlock>(string name, BlockSchema<TBlock> schema)
        where TBlock : class =>
        Add(name, new Key(true, false, (statement, result, context) =>
        {
            var block = schema.Decode(((BlockStatement)statement).Body, context);
            if (block.Problem is { } problem)
                return problem;
            context.NotSupported(statement.Span, $"block {Quoting.Quote(name)}");
            return result;
        }));

    /// <summary>A check of the whole block, run once it is decoded; yields what is wrong, or null.</summary>
    public BlockSchema<T> Check(Func<T, string?> check)
    {
        _checks.Add(check);
        return this;
    }

    /// <summary>Decodes a body.</summary>
    public Outcome<T> Decode(IReadOnlyList<Statement> body, DecodeContext context)
    {
        var result = defaults;
        var seen = new HashSet<string>();
        foreach (var statement in body)
        {
            var next = statement switch
            {
                AttributeStatement attribute => DecodeAttribute(attribute, result, seen, context),
                BlockStatement block => DecodeBlock(block, body, result, seen, context),
                _ => throw new InvalidOperationException($"unknown statement {statement.GetType().Name}"),
            };
            if (next.Problem is not null)
                return next;
            result = next.Value;
        }

        foreach (var (name, key) in _keys)
        {
            if (key.Required && !seen.Contains(name))
                return Problem.Decoding($"missing required {(key.IsBlock ? "block" : "attribute")} {Quoting.Quote(name)}");
        }

        foreach (var check in _checks)
        {
            if (check(result) is { } message)
                return Problem.Decoding(message);
        }

        return result;
    }

    private Outcome<T> DecodeAttribute(AttributeStatement attribute, T result, HashSet<string> seen, DecodeContext context)
    {
        string name = Quoting.Quote(attribute.Name);
        if (!seen.Add(attribute.Name))
            return new Problem(attribute.Span, $"attribute {name} may only be provided once");
        if (!_keys.TryGetValue(attribute.Name, out var key))
            return new Problem(attribute.Span, $"unrecognized attribute name {name}");
        if (key.IsBlock)
            return new Problem(attribute.Span, $"{name} must be a block, but is used as an attribute");
        return key.Apply(attribute, result, context);
    }

    private Outcome<T> DecodeBlock(
        BlockStatement block, IReadOnlyList<Statement> body, T result, HashSet<string> seen, DecodeContext context)
    {
        string name = Quoting.Quote(block.Name);
        if (!_keys.TryGetValue(block.Name, out var key))
            return new Problem(block.Span, $"unrecognized block name {name}");
        if (!key.IsBlock)
            return new Problem(block.Span, $"{name} must be an attribute, but is used as a block");
        seen.Add(block.Name);
        if (body.OfType<BlockStatement>().Count(other => other.Name == block.Name) > 1)
            return new Problem(block.Span, $"block {name} may only be specified once");
        if (block.Label.Length > 0)
            return new Problem(block.Span, $"block {name} does not support specifying labels");
        return key.Apply(block, result, context);
    }

    private BlockSchema<T> AddAttribute<TValue>(string name, bool required, Reader<TValue> read, Func<Statement, T, TValue, DecodeContext, T> use) =>
        Add(name, new Key(false, required, (statement, result, context) =>
        {
            var value = context.Evaluator.Evaluate(((AttributeStatement)statement).Value);
            if (value.Problem is { } problem)
                return problem;
            var decoded = read(value.Value);
            return decoded.Problem is { } unreadable ? unreadable : use(statement, result, decoded.Value, context);
        }));

    private BlockSchema<T> Add(string name, Key key)
    {
        _keys.Add(name, key);
        return this;
    }

    private sealed record Key(bool IsBlock, bool Required, Func<Statement, T, DecodeContext, Outcome<T>> Apply);
}
