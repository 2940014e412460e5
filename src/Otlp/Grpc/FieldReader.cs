namespace OrleansLb.Otlp.Grpc;

/// <summary>Walks the protobuf fields of a short message that a peer sent: a status or an export response.</summary>
internal ref struct FieldReader(ReadOnlySpan<byte> message)
{
    private ReadOnlySpan<byte> _rest = message;

    /// <summary>The number of the field that was read.</summary>
    public int Number { get; private set; }

    /// <summary>Its value when it is a varint, else null.</summary>
    public ulong? Varint { get; private set; }

    /// <summary>Its bytes when it is length-delimited.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>Whether it is length-delimited.</summary>
    public bool IsBytes { get; private set; }

    /// <summary>Whether the message broke the wire format.</summary>
    public bool Malformed { get; private set; }

    /// <summary>Goes on to the next field; false at the end and at the first broken one.</summary>
    public bool Read()
    {
        Varint = null;
        IsBytes = false;
        Bytes = default;
        if (_rest.IsEmpty)
            return false;
        if (!TryVarint(out ulong tag) || tag >> 3 is 0 or > 0x1FFF_FFFF)
            return Fail();

        Number = (int)(tag >> 3);
        switch (tag & 7)
        {
            case 0:
                if (!TryVarint(out ulong value))
                    return Fail();
                Varint = value;
                return true;
            case 1:
                return Skip(sizeof(ulong));
            case 2:
                if (!TryVarint(out ulong length) || length > (ulong)_rest.Length)
                    return Fail();
                Bytes = _rest[..(int)length];
                IsBytes = true;
                return Skip((int)length);
            case 5:
                return Skip(sizeof(uint));
            default:
                return Fail();
        }
    }

    private bool Skip(int count)
    {
        if (count > _rest.Length)
            return Fail();
        _rest = _rest[count..];
        return true;
    }

    private bool Fail()
    {
        Malformed = true;
        _rest = default;
        return false;
    }

    private bool TryVarint(out ulong value)
    {
        value = 0;
        for (int at = 0; at < _rest.Length && at < 10; at++)
        {
            byte unit = _rest[at];
            value |= (ulong)(unit & 0x7F) << (7 * at);
            if (unit < 0x80)
            {
                _rest = _rest[(at + 1)..];
                return true;
            }
        }

        return false;
    }
}
