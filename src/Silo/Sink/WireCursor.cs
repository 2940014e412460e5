namespace OrleansLb.Silo.Sink;

/// <summary>
/// Walks the fields of one protobuf message. Written apart from the balancer's own scanner on purpose: the sink is the
/// witness of what the balancer sends, and a witness must not share its mistakes.
/// </summary>
internal ref struct WireCursor(ReadOnlySpan<byte> message)
{
    private ReadOnlySpan<byte> _rest = message;

    /// <summary>The field number of the current field.</summary>
    public int Field { get; private set; }

    /// <summary>The content of the current field when it is length-delimited, else empty.</summary>
    public ReadOnlySpan<byte> Content { get; private set; }

    /// <summary>The current field is length-delimited.</summary>
    public bool HasContent { get; private set; }

    /// <summary>The walk ended because the bytes are no protobuf message.</summary>
    public bool Malformed { get; private set; }

    /// <summary>Steps to the next field; false at the end or when the bytes are malformed.</summary>
    public bool Next()
    {
        if (_rest.IsEmpty)
            return false;
        if (TryReadVarint(out ulong tag) && tag >> 3 is > 0 and <= int.MaxValue && TryTakeValue((int)(tag & 7)))
        {
            Field = (int)(tag >> 3);
            return true;
        }
        Malformed = true;
        return false;
    }

    private bool TryTakeValue(int wireType)
    {
        Content = default;
        HasContent = wireType == 2;
        return wireType switch
        {
            0 => TryReadVarint(out _),
            1 => TrySkip(8),
            2 => TryReadVarint(out ulong length) && TryTakeContent(length),
            5 => TrySkip(4),
            _ => false,
        };
    }

    private bool TryTakeContent(ulong length)
    {
        if (length > (ulong)_rest.Length)
            return false;
        Content = _rest[..(int)length];
        _rest = _rest[(int)length..];
        return true;
    }

    private bool TrySkip(int length)
    {
        if (_rest.Length < length)
            return false;
        _rest = _rest[length..];
        return true;
    }

    private bool TryReadVarint(out ulong value)
    {
        value = 0;
        for (int i = 0; i < _rest.Length && i < 10; i++)
        {
            byte next = _rest[i];
            value |= (ulong)(next & 0x7F) << (7 * i);
            if (next < 0x80)
            {
                _rest = _rest[(i + 1)..];
                return true;
            }
        }
        return false;
    }
}
