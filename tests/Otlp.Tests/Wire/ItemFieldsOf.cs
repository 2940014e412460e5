using OrleansLb.Testing;

namespace OrleansLb.Otlp.Tests.Wire;

/// <summary>A valid span, log record or metric, field by field, in the order of an SDK, of the Collector or of nobody.</summary>
internal sealed class ItemFieldsOf
{
    private static readonly uint[] DataKinds = [5, 7, 9, 10, 11];

    private readonly Field[] _fields;

    private ItemFieldsOf(Field[] fields, bool isOrdered) => (_fields, IsOrdered) = (fields, isOrdered);

    /// <summary>Whether an encoder would write it like this.</summary>
    public bool IsOrdered { get; }

    public static ItemFieldsOf Draw(Signal signal, Random random)
    {
        Field[] fields = [.. signal switch { Signal.Traces => Span(random), Signal.Logs => Record(random), _ => Metric(random) }];
        if (random.Next(3) == 0)
            Array.Reverse(fields);
        else if (random.Next(4) == 0)
        {
            random.Shuffle(fields);
            return new ItemFieldsOf(fields, isOrdered: false);
        }

        return new ItemFieldsOf(fields, isOrdered: true);
    }

    public static List<ItemFieldsOf> List(int count, Signal signal, Random random) => [.. Enumerable.Range(0, count).Select(_ => Draw(signal, random))];

    public byte[] Encode() => [.. _fields.SelectMany(static field => field.Bytes)];

    /// <summary>The same item with one field damaged, its name as a path has it, and whether it is an ID; those are damaged as often as everything else together.</summary>
    public (ItemFieldsOf Item, string Name, bool IsId) Damaged(Random random)
    {
        int[] ids = [.. Enumerable.Range(0, _fields.Length).Where(i => _fields[i].IdLength > 0)];
        int at = ids.Length > 0 && random.Next(2) == 0 ? ids[random.Next(ids.Length)] : random.Next(_fields.Length);
        var (name, number, type, length, _) = _fields[at];
        byte[] bad = length > 0 && random.Next(2) == 0 ? Damage.WrongLength(random, number, length) : Damage.WrongType(random, number, type);
        Field[] fields = [.. _fields];
        fields[at] = fields[at] with { Bytes = bad };
        if (name is "attributes" or "metadata")
            name += $"[{_fields.Take(at).Count(field => field.Number == number)}]";
        return (new ItemFieldsOf(fields, IsOrdered), name, length > 0);
    }

    private static IEnumerable<Field> Span(Random random)
    {
        yield return Id("trace_id", 1, 16, random);
        yield return Id("span_id", 2, 8, random);
        if (random.Next(5) == 0)
            yield return new("trace_state", 3, 2, 0, new WireMessage().Text(3, "a=1").Encode());
        if (random.Next(3) != 0)
            yield return Id("parent_span_id", 4, random.Next(3) == 0 ? 0 : 8, random) with { IdLength = 8 };
        yield return new("name", 5, 2, 0, new WireMessage().Text(5, "name").Encode());
        yield return new("kind", 6, 0, 0, new WireMessage().Varint(6, 2).Encode());
        yield return new("start_time_unix_nano", 7, 1, 0, new WireMessage().Fixed64(7, 5).Encode());
        yield return new("end_time_unix_nano", 8, 1, 0, new WireMessage().Fixed64(8, 6).Encode());
        yield return Pair("attributes", 9, random);
        yield return Pair("attributes", 9, random);
        if (random.Next(3) == 0)
            yield return new("dropped_attributes_count", 10, 0, 0, new WireMessage().Varint(10, 1).Encode());
        yield return new("status", 15, 2, 0, new WireMessage().Message(15, new WireMessage()).Encode());
        yield return new("flags", 16, 5, 0, new WireMessage().Fixed32(16, 1).Encode());
    }

    private static IEnumerable<Field> Record(Random random)
    {
        yield return new("time_unix_nano", 1, 1, 0, new WireMessage().Fixed64(1, 5).Encode());
        yield return new("severity_number", 2, 0, 0, new WireMessage().Varint(2, 9).Encode());
        yield return new("severity_text", 3, 2, 0, new WireMessage().Text(3, "INFO").Encode());
        yield return new("body", 5, 2, 0, new WireMessage().Message(5, new WireMessage().Text(1, "text")).Encode());
        yield return Pair("attributes", 6, random);
        yield return Pair("attributes", 6, random);
        yield return new("flags", 8, 5, 0, new WireMessage().Fixed32(8, 1).Encode());
        bool hasTrace = random.Next(4) != 0;
        if (hasTrace || random.Next(2) == 0)
        {
            yield return Id("trace_id", 9, hasTrace ? 16 : 0, random) with { IdLength = 16 };
            yield return Id("span_id", 10, hasTrace ? 8 : 0, random) with { IdLength = 8 };
        }

        if (random.Next(4) != 0)
            yield return new("observed_time_unix_nano", 11, 1, 0, new WireMessage().Fixed64(11, 7).Encode());
    }

    private static IEnumerable<Field> Metric(Random random)
    {
        uint kind = DataKinds[random.Next(DataKinds.Length)];
        var data = new WireMessage().Message(1, new WireMessage().Fixed64(3, 1)).Message(1, new WireMessage().Fixed64(3, 2));
        if (kind is 7 or 9 or 10)
            data.Varint(2, 1);
        yield return new("name", 1, 2, 0, new WireMessage().Text(1, "requests").Encode());
        yield return new("description", 2, 2, 0, new WireMessage().Text(2, "of people").Encode());
        yield return new("unit", 3, 2, 0, new WireMessage().Text(3, "1").Encode());
        string name = kind switch { 5 => "gauge", 7 => "sum", 9 => "histogram", 10 => "exponential_histogram", _ => "summary" };
        yield return new(name, kind, 2, 0, new WireMessage().Message(kind, data).Encode());
        yield return Pair("metadata", 12, random);
    }

    private static Field Id(string name, uint number, int length, Random random) =>
        new(name, number, 2, length, new WireMessage().Bytes(number, Damage.Filling(random, length)).Encode());

    private static Field Pair(string name, uint number, Random random) =>
        new(name, number, 2, 0, new WireMessage().Attribute(number, $"key.{random.Next(4)}", new WireMessage().Text(1, "value")).Encode());

    private sealed record Field(string Name, uint Number, uint Type, int IdLength, byte[] Bytes);
}
