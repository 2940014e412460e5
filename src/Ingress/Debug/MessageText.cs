using System.Buffers.Binary;
using System.Globalization;
using OrleansLb.Otlp;
using OrleansLb.Otlp.Wire;

namespace OrleansLb.Ingress.Debug;

/// <summary>The detailed form: every field of a request on a line of its own, in the order of the wire, indented by depth.</summary>
internal sealed class MessageText(TextWriter output)
{
    public void Print(Signal signal, ReadOnlySpan<byte> request) => PrintFields(OtlpShapes.Of(signal), request, depth: 1);

    private void PrintFields(IReadOnlyDictionary<uint, FieldShape> shapes, ReadOnlySpan<byte> message, int depth)
    {
        var fields = new WireFields(message);
        while (fields.MoveNext())
        {
            if (shapes.TryGetValue(fields.Number, out var shape) && IsEmbedded(shape, fields.Type))
            {
                Line(depth, $"{shape.Name}:");
                PrintFields(shape.Fields!, fields.Value, depth + 1);
            }
            else
            {
                Line(depth, Describe(shape, fields));
            }
        }

        if (fields.Malformed)
            Line(depth, $"<malformed: {fields.Error}>");
    }

    private static bool IsEmbedded(FieldShape shape, uint wireType) =>
        shape.Kind == FieldKind.Message && wireType == WireType.LengthDelimited;

    private static string Describe(FieldShape? shape, WireFields field)
    {
        var value = field.Value;
        string? text = (shape?.Kind, field.Type) switch
        {
            (FieldKind.Text, WireType.LengthDelimited) => ScalarText.Text(value),
            (FieldKind.Hexadecimal, WireType.LengthDelimited) => ScalarText.Hexadecimal(value),
            (FieldKind.Unsigned, WireType.Varint) => Invariant(ScalarText.Varint(value)),
            (FieldKind.Boolean, WireType.Varint) => ScalarText.Varint(value) != 0 ? "true" : "false",
            (FieldKind.ZigZag, WireType.Varint) => Invariant(UnZigZag(ScalarText.Varint(value))),
            (FieldKind.Enumeration, WireType.Varint) => NameOf(shape!, ScalarText.Varint(value)),
            (FieldKind.Fixed32, WireType.Fixed32) => Invariant(BinaryPrimitives.ReadUInt32LittleEndian(value)),
            (FieldKind.Fixed64, WireType.Fixed64) => Invariant(BinaryPrimitives.ReadUInt64LittleEndian(value)),
            (FieldKind.SignedFixed64, WireType.Fixed64) => Invariant(BinaryPrimitives.ReadInt64LittleEndian(value)),
            (FieldKind.Time, WireType.Fixed64) => ScalarText.Time(BinaryPrimitives.ReadUInt64LittleEndian(value)),
            (FieldKind.Double, WireType.Fixed64) => ScalarText.Double(value),
            (FieldKind.PackedFixed64, WireType.LengthDelimited) => Packed64(value, ReadFixed64),
            (FieldKind.PackedDouble, WireType.LengthDelimited) => Packed64(value, ScalarText.Double),
            // packed fields may also come one by one
            (FieldKind.PackedFixed64, WireType.Fixed64) => ReadFixed64(value),
            (FieldKind.PackedDouble, WireType.Fixed64) => ScalarText.Double(value),
            (FieldKind.PackedVarint, WireType.LengthDelimited) => PackedVarints(value),
            (FieldKind.PackedVarint, WireType.Varint) => Invariant(ScalarText.Varint(value)),
            (FieldKind.AnyValue, WireType.LengthDelimited) => AnyValueText.Typed(value),
            (FieldKind.Attribute, WireType.LengthDelimited) => null,
            _ => $"{value.Length} bytes",
        };
        if (text is null)
        {
            return $"-> {ScalarText.Text(WireFields.Last(value, OtlpTags.KeyNumber))}: "
                + AnyValueText.Typed(WireFields.Last(value, OtlpTags.ValueNumber));
        }

        return $"{shape?.Name ?? $"unknown field {field.Number}"}: {text}";
    }

    private static string NameOf(FieldShape shape, ulong value) =>
        value < (ulong)shape.ValueNames!.Length ? shape.ValueNames[value] : Invariant(value);

    private static long UnZigZag(ulong value) => (long)(value >> 1) ^ -(long)(value & 1);

    private static string ReadFixed64(ReadOnlySpan<byte> value) => Invariant(BinaryPrimitives.ReadUInt64LittleEndian(value));

    private static string Packed64(ReadOnlySpan<byte> packed, Func<ReadOnlySpan<byte>, string> read)
    {
        var numbers = new List<string>(packed.Length / 8);
        for (; packed.Length >= 8; packed = packed[8..])
            numbers.Add(read(packed[..8]));
        return Join(numbers, packed.Length);
    }

    private static string PackedVarints(ReadOnlySpan<byte> packed)
    {
        var numbers = new List<string>();
        int position = 0;
        WireError error = default;
        while (position < packed.Length && Varint.TryRead(packed, ref position, packed.Length, out ulong value, ref error))
            numbers.Add(Invariant(value));
        return Join(numbers, error == default ? 0 : packed.Length - error.Offset);
    }

    private static string Join(List<string> numbers, int left) =>
        $"[{string.Join(", ", numbers)}]{(left > 0 ? $" <malformed: {left} bytes left>" : "")}";

    private static string Invariant(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);

    private void Line(int depth, string text)
    {
        for (int i = 0; i < depth; i++)
            output.Write("    ");
        output.WriteLine(text);
    }
}
