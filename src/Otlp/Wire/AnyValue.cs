using System.Runtime.CompilerServices;

namespace OrleansLb.Otlp.Wire;

/// <summary>What is set in an <c>AnyValue</c>, by its field number in the oneof.</summary>
internal enum AnyValueKind : byte
{
    Empty = 0,
    String = 1,
    Bool = 2,
    Int = 3,
    Double = 4,
    Array = 5,
    Map = 6,
    Bytes = 7,
}

/// <summary>An <c>AnyValue</c> of a request: the member of its oneof that was set last, as a slice.</summary>
/// <remarks>
/// An array or map that occurs twice counts as its last occurrence, as in the Collector, where it is not merged. That only ever
/// touches routing identifiers; the data travels as it came.
/// </remarks>
internal struct AnyValue
{
    private const byte Text = ((byte)AnyValueKind.String << 3) | (byte)WireType.LengthDelimited;
    private const byte Truth = ((byte)AnyValueKind.Bool << 3) | (byte)WireType.Varint;
    private const byte Number = ((byte)AnyValueKind.Int << 3) | (byte)WireType.Varint;
    private const byte LongVarint = 0x80;

    public AnyValueKind Kind;
    public int Start;
    public int End;

    /// <summary>Sets all three, one after the other.</summary>
    /// <remarks>A processor that has written them like that waits when it is to read them at once, as it does for the copy of a structure.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Set(AnyValueKind kind, int start, int end)
    {
        Kind = kind;
        Start = start;
        End = end;
    }

    /// <summary>Reads the fields of one occurrence; several occurrences of the value are read one after the other.</summary>
    public bool TryMerge(ReadOnlySpan<byte> bytes, int position, int end, ref WireError error)
    {
        if (TrySetPlain(bytes, position, end))
            return true;

        while (position < end)
        {
            if (!WireReader.TryRead(bytes, position, end, out var field, ref error))
                return false;
            if (field.Number is >= (uint)AnyValueKind.String and <= (uint)AnyValueKind.Bytes)
            {
                var kind = (AnyValueKind)field.Number;
                if (field.Type != WireTypeOf(kind))
                    return WireReader.WrongType(position, ref error);
                Kind = kind;
                Start = field.ValueStart;
                End = field.End;
            }

            position = field.End;
        }

        return true;
    }

    /// <summary>Takes a value that is nothing but one short text, short number or boolean: how encoders write most of them.</summary>
    public bool TrySetPlain(ReadOnlySpan<byte> bytes, int start, int end)
    {
        if (!IsPlain(bytes[start..end]))
            return false;
        Kind = (AnyValueKind)(bytes[start] >> 3);
        Start = start + (bytes[start] == Text ? 2 : 1);
        End = end;
        return true;
    }

    /// <summary>The bytes of a boolean or integer as a number; they have been read before.</summary>
    public readonly ulong ReadVarint(ReadOnlySpan<byte> bytes)
    {
        int position = Start;
        var error = default(WireError);
        Varint.TryRead(bytes, ref position, End, out ulong value, ref error);
        return value;
    }

    /// <summary>Nothing but one short text, short number or boolean.</summary>
    private static bool IsPlain(ReadOnlySpan<byte> value) => value.Length >= 2 && value[0] switch
    {
        Text => value[1] == value.Length - 2 && value[1] < LongVarint,
        Number or Truth => value[^1] < LongVarint && (value.Length == 2 || (value.Length == 3 && value[1] >= LongVarint)),
        _ => false,
    };

    private static uint WireTypeOf(AnyValueKind kind) => kind switch
    {
        AnyValueKind.Bool or AnyValueKind.Int => WireType.Varint,
        AnyValueKind.Double => WireType.Fixed64,
        _ => WireType.LengthDelimited,
    };
}
