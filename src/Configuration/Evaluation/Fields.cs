using OrleansLb.Configuration.Syntax;

namespace OrleansLb.Configuration.Evaluation;

/// <summary>Follows names into objects.</summary>
internal static class Fields
{
    /// <summary>The value that the names lead to; it takes the whole expression for its origin.</summary>
    public static Outcome<AlloyValue> Of(AlloyValue value, IEnumerable<string> names, SourceSpan span)
    {
        foreach (string name in names)
        {
            if (value is not ObjectValue fields)
                return new Problem(span, $"cannot access field {Quoting.Quote(name)} on value of type {value.TypeName}");
            if (fields.Find(name) is not { } field)
                return new Problem(span, $"field {Quoting.Quote(name)} does not exist");
            value = field;
        }

        return value with { Origin = span };
    }
}
