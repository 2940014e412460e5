using OrleansLb.Configuration.Syntax;

namespace OrleansLb.Configuration.Evaluation;

/// <summary>A value, and the expression that it came from, which messages name.</summary>
internal abstract record AlloyValue(SourceSpan Origin)
{
    /// <summary>The name of the type in messages.</summary>
    public abstract string TypeName { get; }
}

internal sealed record NullValue(SourceSpan Origin) : AlloyValue(Origin)
{
    public override string TypeName => "null";
}

internal sealed record NumberValue(SourceSpan Origin, Number Number) : AlloyValue(Origin)
{
    public override string TypeName => "number";
}

internal sealed record StringValue(SourceSpan Origin, string Text) : AlloyValue(Origin)
{
    public override string TypeName => "string";
}

internal sealed record BooleanValue(SourceSpan Origin, bool Value) : AlloyValue(Origin)
{
    public override string TypeName => "bool";
}

internal sealed record ArrayValue(SourceSpan Origin, IReadOnlyList<AlloyValue> Elements) : AlloyValue(Origin)
{
    public override string TypeName => "array";
}

/// <summary>Fields in the order of their first mention; of a repeated key the last value holds.</summary>
internal sealed record ObjectValue(SourceSpan Origin, IReadOnlyList<KeyValuePair<string, AlloyValue>> Fields) : AlloyValue(Origin)
{
    public override string TypeName => "object";

    public AlloyValue? Find(string name)
    {
        foreach (var field in Fields)
        {
            if (field.Key == name)
                return field.Value;
        }

        return null;
    }
}

/// <summary>What a component exports: the component, seen as something of one kind.</summary>
internal sealed record CapsuleValue(SourceSpan Origin, CapsuleKind Kind, string ComponentId) : AlloyValue(Origin)
{
    public override string TypeName => "capsule";
}
