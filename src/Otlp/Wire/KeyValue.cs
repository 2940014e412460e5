namespace OrleansLb.Otlp.Wire;

/// <summary>A <c>KeyValue</c> of a request: its key as a slice, and its value on demand.</summary>
internal readonly struct KeyValue
{
    private const byte LongLength = 0x80;

    private readonly int _end;

    // Where the value begins when the pair is in plain form, otherwise 0.
    private readonly int _valueStart;

    private KeyValue(int start, int end, int keyStart, int keyEnd, int valueStart)
    {
        Start = start;
        _end = end;
        KeyStart = keyStart;
        KeyEnd = keyEnd;
        _valueStart = valueStart;
    }

    /// <summary>Where the pair begins: of two pairs of a request, the first has the lower one.</summary>
    public int Start { get; }

    public int KeyStart { get; }

    public int KeyEnd { get; }

    /// <summary>Finds the key; the last one counts.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, int position, int end, out KeyValue pair, ref WireError error)
    {
        // key and value, once each and short, in this order and nothing else: how every encoder writes most pairs
        var whole = bytes[position..end];
        if (whole.Length >= 4 && whole[0] == OtlpTags.Key && whole[1] < LongLength)
        {
            int value = 2 + whole[1];
            if (value <= whole.Length - 2 && whole[value] == OtlpTags.Value && whole[value + 1] < LongLength && value + 2 + whole[value + 1] == whole.Length)
            {
                pair = new KeyValue(position, end, position + 2, position + value, position + value + 2);
                return true;
            }
        }

        return TryReadAny(bytes, position, end, out pair, ref error);
    }

    /// <summary>Merges all occurrences of the value.</summary>
    public bool TryReadValue(ReadOnlySpan<byte> bytes, out AnyValue value, ref WireError error)
    {
        value = default;
        if (_valueStart != 0)
            return value.TryMerge(bytes, _valueStart, _end, ref error);

        int position = Start;
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

    private static bool TryReadAny(ReadOnlySpan<byte> bytes, int start, int end, out KeyValue pair, ref WireError error)
    {
        pair = default;
        int keyStart = 0, keyEnd = 0;
        for (int position = start; position < end;)
        {
            if (!WireReader.TryRead(bytes, position, end, out var field, ref error))
                return false;
            if (field.Number is OtlpTags.KeyNumber or OtlpTags.ValueNumber && field.Type != WireType.LengthDelimited)
                return WireReader.WrongType(position, ref error);
            if (field.Tag == OtlpTags.Key)
                (keyStart, keyEnd) = (field.ValueStart, field.End);
            position = field.End;
        }

        pair = new KeyValue(start, end, keyStart, keyEnd, valueStart: 0);
        return true;
    }
}
