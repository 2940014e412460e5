using System.Globalization;
using System.Text;
using OrleansLb.Otlp.Wire;

namespace OrleansLb.Ingress.Debug;

/// <summary>Attribute values as text: <c>Str(x)</c>, <c>Map({k: Int(1)})</c>.</summary>
internal static class AnyValueText
{
    private const int DeepestNesting = 32;

    /// <summary>With the type around it, as the detailed form shows values.</summary>
    public static string Typed(ReadOnlySpan<byte> value) => Render(value, typed: true, depth: 0);

    /// <summary>The bare value, as the one-line form shows it.</summary>
    public static string Plain(ReadOnlySpan<byte> value) => Render(value, typed: false, depth: 0);

    private static string Render(ReadOnlySpan<byte> value, bool typed, int depth)
    {
        if (depth > DeepestNesting)
            return "…";

        string text = typed ? "Empty()" : "";
        var fields = new WireFields(value);
        while (fields.MoveNext())
            text = RenderMember(fields, typed, depth) ?? text;
        return fields.Malformed ? $"{text}<malformed: {fields.Error}>" : text;
    }

    // The member of the oneof that comes last counts.
    private static string? RenderMember(WireFields field, bool typed, int depth)
    {
        var value = field.Value;
        (string Type, string Text)? rendered = ((AnyValueKind)field.Number, field.Type) switch
        {
            (AnyValueKind.String, WireType.LengthDelimited) => ("Str", ScalarText.Text(value)),
            (AnyValueKind.Bool, WireType.Varint) => ("Bool", ScalarText.Varint(value) != 0 ? "true" : "false"),
            (AnyValueKind.Int, WireType.Varint) => ("Int", ((long)ScalarText.Varint(value)).ToString(CultureInfo.InvariantCulture)),
            (AnyValueKind.Double, WireType.Fixed64) => ("Double", ScalarText.Double(value)),
            (AnyValueKind.Array, WireType.LengthDelimited) => ("Slice", $"[{Elements(value, typed, depth)}]"),
            (AnyValueKind.Map, WireType.LengthDelimited) => ("Map", $"{{{Pairs(value, typed, depth)}}}"),
            (AnyValueKind.Bytes, WireType.LengthDelimited) => ("Bytes", ScalarText.Hexadecimal(value)),
            _ => null,
        };
        return rendered is not var (type, text) ? null : typed ? $"{type}({text})" : text;
    }

    private static string Elements(ReadOnlySpan<byte> array, bool typed, int depth)
    {
        var text = new StringBuilder();
        var fields = new WireFields(array);
        while (fields.MoveNext())
        {
            if (fields.Number == 1 && fields.Type == WireType.LengthDelimited)
                text.Append(text.Length > 0 ? ", " : "").Append(Render(fields.Value, typed, depth + 1));
        }

        return text.ToString();
    }

    private static string Pairs(ReadOnlySpan<byte> map, bool typed, int depth)
    {
        var text = new StringBuilder();
        var fields = new WireFields(map);
        while (fields.MoveNext())
        {
            if (fields.Number != 1 || fields.Type != WireType.LengthDelimited)
                continue;
            text.Append(text.Length > 0 ? ", " : "")
                .Append(ScalarText.Text(WireFields.Last(fields.Value, OtlpTags.KeyNumber))).Append(": ")
                .Append(Render(WireFields.Last(fields.Value, OtlpTags.ValueNumber), typed, depth + 1));
        }

        return text.ToString();
    }
}
