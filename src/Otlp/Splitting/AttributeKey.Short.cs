using OrleansLb.Otlp.Wire;

namespace OrleansLb.Otlp.Splitting;

/// <summary>The quick way to what fills the gaps.</summary>
internal sealed partial class AttributeKey
{
    private const byte LongLength = 0x80;
    private const uint SpanKind = (OtlpTags.SpanKindNumber << 3) | WireType.Varint;

    /// <summary>
    /// Takes a field in the form that encoders write most of them in: an attribute with a short value, or a short field that a name stands for.
    /// </summary>
    /// <returns>False when the field is another, which is read with all care; what was taken of it stays.</returns>
    private bool TryTakeShort(ReadOnlySpan<byte> item, ref int position, uint attributesNumber, Span<IdentifierGap> gaps, ref int open)
    {
        int valueStart = position + 2;
        if (valueStart >= item.Length || item[position + 1] >= LongLength)
            return false;
        uint tag = item[position];
        if (tag == SpanKind && _fieldNumbers != 0)
            return TryTakeKind(gaps, ref position);
        int fieldEnd = valueStart + item[position + 1];
        if (tag < 8 || (tag & 7) != WireType.LengthDelimited || fieldEnd > item.Length)
            return false;

        var field = item[valueStart..fieldEnd];
        if (tag >> 3 != attributesNumber)
            return TryTakeShortText(tag >> 3, item, valueStart, fieldEnd, gaps, ref position);

        // key and value, once each and in this order
        if (open == 0 || field.Length < 4 || field[0] != OtlpTags.Key)
            return false;
        int value = 2 + field[1];
        if (value > field.Length - 2 || field[value] != OtlpTags.Value || value + 2 + field[value + 1] != field.Length)
            return false;

        var key = field[2..value];
        foreach (ref var gap in gaps)
        {
            if (gap.IsFilled || gap.Pseudo != PseudoAttribute.None || !key.SequenceEqual(_names.Name(gap.Name)))
                continue;
            if (!gap.Value.TrySetPlain(item, valueStart + value + 2, fieldEnd))
                return false;
            gap.IsFilled = true;
            open--;
        }

        position = fieldEnd;
        return true;
    }

    private static bool TryTakeKind(Span<IdentifierGap> gaps, ref int position)
    {
        bool taken = false;
        foreach (ref var gap in gaps)
        {
            if (gap.Pseudo != PseudoAttribute.SpanKind)
                continue;
            gap.Value.Kind = AnyValueKind.Int;
            gap.Value.Start = position + 1;
            gap.Value.End = position + 2;
            taken = true;
        }

        if (taken)
            position += 2;
        return taken;
    }

    private static bool TryTakeShortText(
        uint number, ReadOnlySpan<byte> item, int start, int end, Span<IdentifierGap> gaps, ref int position)
    {
        bool taken = false;
        foreach (ref var gap in gaps)
        {
            if (gap.FieldNumber != number)
                continue;

            if (gap.Pseudo == PseudoAttribute.LogBody)
            {
                if (!gap.Value.TrySetPlain(item, start, end))
                    return false;
            }
            else if (gap.Pseudo == PseudoAttribute.SpanKind)
            {
                return false;
            }
            else
            {
                gap.Value.Kind = AnyValueKind.String;
                gap.Value.Start = start;
                gap.Value.End = end;
            }

            taken = true;
        }

        if (taken)
            position = end;
        return taken;
    }
}
