namespace OrleansLb.Otlp.Wire;

/// <summary>A <c>KeyValue</c> of a request: its key as a slice, and its value on demand.</summary>
internal struct KeyValue
{
    private int _start;
    private int _end;

    /// <summary>Where the pair begins: of two pairs of a request, the first has the lower one.</summary>
    public readonly int Start => _start;

    public int KeyStart { readonly get; private set; }

    public int KeyEnd { readonly get; private set; }

    /// <summary>Finds the key; the last one counts.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, int position, int end, out KeyValue pair, ref WireError error)
    {
        pair = new KeyValue { _start = position, _end = end };
        while (position < end)
        {
            if (!WireReader.TryRead(bytes, position, end, out var field, ref error))
                return false;
            if (field.Number is OtlpTags.KeyNumber or OtlpTags.ValueNumber && field.Type != WireType.LengthDelimited)
                return WireReader.WrongType(position, ref error);
            if (field.Tag == OtlpTags.Key)
            {
                pair.KeyStart = field.ValueStart;
                pair.KeyEnd = field.End;
            }

            position = field.End;
        }

        return true;
    }

    /// <summary>Merges all occurrences of the value.</summary>
    public readonly bool TryReadValue(ReadOnlySpan<byte> bytes, out AnyValue value, ref WireError error)
    {
        value = default;
        int position = _start;
        while (position < _end)
        {
            if (!WireReader.TryRead(bytes, position, _end, out var field, ref error))
                return false;
            if (field.Tag == OtlpTags.Value && !value.TryMerge(bytes, field.ValueStart, field.End, ref error))
                return false;
            position = field.End;
        }

        return true;
    }
}
