namespace OrleansLb.Otlp.Wire;

/// <summary>A <c>KeyValue</c> of a request: its key as a slice, and its value on demand.</summary>
internal struct KeyValue
{
    private int _start;
    private int _end;

    /// <summary>Where the value begins when the pair is in plain form, otherwise 0.</summary>
    private int _valueStart;

    /// <summary>Where the pair begins: of two pairs of a request, the first has the lower one.</summary>
    public readonly int Start => _start;

    public int KeyStart { readonly get; private set; }

    public int KeyEnd { readonly get; private set; }

    /// <summary>Finds the key; the last one counts.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, int position, int end, out KeyValue pair, ref WireError error)
    {
        pair = new KeyValue { _start = position, _end = end };
        if (pair.IsPlain(bytes))
            return true;

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
        if (_valueStart != 0)
            return value.TryMerge(bytes, _valueStart, _end, ref error);

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

    /// <summary>Key and value, once each and short, in this order and nothing else: how every encoder writes most pairs.</summary>
    private bool IsPlain(ReadOnlySpan<byte> bytes)
    {
        const byte longLength = 0x80;
        var pair = bytes[_start.._end];
        if (pair.Length < 4 || pair[0] != OtlpTags.Key || pair[1] >= longLength)
            return false;
        int keyEnd = 2 + pair[1];
        if (keyEnd > pair.Length - 2 || pair[keyEnd] != OtlpTags.Value || pair[keyEnd + 1] >= longLength || keyEnd + 2 + pair[keyEnd + 1] != pair.Length)
            return false;

        KeyStart = _start + 2;
        KeyEnd = _start + keyEnd;
        _valueStart = KeyEnd + 2;
        return true;
    }
}
