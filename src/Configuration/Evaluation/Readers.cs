using System.Globalization;

namespace OrleansLb.Configuration.Evaluation;

/// <summary>The readers of the types that attributes have, with the language's implicit conversions.</summary>
internal static class Readers
{
    public static Outcome<string> Text(AlloyValue value) => value switch
    {
        StringValue text => text.Text,
        NumberValue number => number.Number.ToString(),
        NullValue => "",
        _ => Problem.At(value, $"should be string, got {value.TypeName}"),
    };

    public static Outcome<bool> Boolean(AlloyValue value) => value switch
    {
        BooleanValue boolean => boolean.Value,
        NullValue => false,
        _ => Problem.At(value, $"should be bool, got {value.TypeName}"),
    };

    public static Outcome<double> Real(AlloyValue value)
    {
        var number = ReadNumber(value);
        return number.Problem is { } problem ? problem : number.Value.ToDouble();
    }

    /// <summary>A 32-bit integer; Alloy would let larger numbers wrap, which helps nobody.</summary>
    public static Outcome<int> Integer(AlloyValue value)
    {
        var integer = IntegerBetween(value, int.MinValue, int.MaxValue);
        return integer.Problem is { } problem ? problem : (int)integer.Value;
    }

    /// <summary>A 64-bit integer.</summary>
    public static Outcome<long> LongInteger(AlloyValue value) => IntegerBetween(value, long.MinValue, long.MaxValue);

    public static Outcome<TimeSpan> Duration(AlloyValue value)
    {
        if (value is NullValue)
            return TimeSpan.Zero;
        var text = Text(value);
        if (text.Problem is { } problem)
            return problem;
        return Durations.TryParse(text.Value, out var duration, out string? error) ? duration : Problem.At(value, error);
    }

    /// <summary>A number of bytes.</summary>
    public static Outcome<long> Size(AlloyValue value)
    {
        if (value is NullValue)
            return 0L;
        var text = Text(value);
        if (text.Problem is { } problem)
            return problem;
        return ByteSizes.TryParse(text.Value, out long size, out string? error) ? size : Problem.At(value, error);
    }

    public static Outcome<string[]> TextList(AlloyValue value) => List(value, Text);

    /// <summary>References to consumers; null among them is skipped.</summary>
    public static Outcome<ConsumerReference[]> Consumers(AlloyValue value)
    {
        var list = List(value, element => element is NullValue ? default(ConsumerReference) : Consumer(element));
        return list.Problem is { } problem ? problem : Array.FindAll(list.Value, reference => reference != default);
    }

    /// <summary>The component ID of a store; null: none.</summary>
    public static Outcome<string?> StorageHandler(AlloyValue value) => value switch
    {
        NullValue => (string?)null,
        CapsuleValue { Kind: CapsuleKind.StorageHandler } capsule => capsule.ComponentId,
        CapsuleValue capsule => Problem.At(value, $"expected capsule(\"{CapsuleKind.StorageHandler.Display()}\"), got capsule(\"{capsule.Kind.Display()}\")"),
        _ => Problem.At(value, $"expected capsule(\"{CapsuleKind.StorageHandler.Display()}\"), got {value.TypeName}"),
    };

    /// <summary>Pairs of names and values, in the order of the file.</summary>
    public static Outcome<KeyValuePair<string, string>[]> TextMap(AlloyValue value)
    {
        if (value is NullValue)
            return Array.Empty<KeyValuePair<string, string>>();
        if (value is not ObjectValue fields)
            return Problem.At(value, $"should be object, got {value.TypeName}");
        var pairs = new List<KeyValuePair<string, string>>(fields.Fields.Count);
        foreach (var field in fields.Fields)
        {
            var text = Text(field.Value);
            if (text.Problem is { } problem)
                return problem;
            pairs.Add(new KeyValuePair<string, string>(field.Key, text.Value));
        }

        return pairs.ToArray();
    }

    private static Outcome<long> IntegerBetween(AlloyValue value, long least, long most)
    {
        var number = ReadNumber(value);
        if (number.Problem is { } problem)
            return problem;
        return number.Value.TryGetInteger(out long integer) && integer >= least && integer <= most
            ? integer
            : Problem.At(value, string.Create(CultureInfo.InvariantCulture, $"is out of range: it must be between {least} and {most}"));
    }

    private static Outcome<ConsumerReference> Consumer(AlloyValue value) => value switch
    {
        CapsuleValue { Kind: CapsuleKind.Consumer } capsule => new ConsumerReference(capsule.ComponentId, capsule.Origin),
        CapsuleValue capsule => Problem.At(value, $"expected capsule(\"otelcol.Consumer\"), got capsule(\"{capsule.Kind.Display()}\")"),
        _ => Problem.At(value, $"expected capsule(\"otelcol.Consumer\"), got {value.TypeName}"),
    };

    private static Outcome<T[]> List<T>(AlloyValue value, Reader<T> read)
    {
        if (value is NullValue)
            return Array.Empty<T>();
        if (value is not ArrayValue array)
            return Problem.At(value, $"should be array, got {value.TypeName}");
        var elements = new T[array.Elements.Count];
        for (int i = 0; i < elements.Length; i++)
        {
            var element = read(array.Elements[i]);
            if (element.Problem is { } problem)
                return problem;
            elements[i] = element.Value;
        }

        return elements;
    }

    private static Outcome<Number> ReadNumber(AlloyValue value) => value switch
    {
        NumberValue number => number.Number,
        StringValue text when Number.TryParseText(text.Text, out var number) => number,
        NullValue => Number.Of(Int128.Zero),
        _ => Problem.At(value, $"should be number, got {value.TypeName}"),
    };
}
