using OrleansLb.Otlp.Wire;

namespace OrleansLb.Otlp.Splitting;

/// <summary>The <c>service.name</c> of a resource, which bare makes its identifier; a name that is no string makes none.</summary>
internal struct ServiceName
{
    private bool _found;
    private AnyValue _value;

    private static ReadOnlySpan<byte> Attribute => "service.name"u8;

    /// <summary>
    /// Looks through one occurrence of the resource. Several occurrences merge, which for attributes means that one list follows
    /// the other; the first attribute of the name counts.
    /// </summary>
    public bool TryLookIn(ReadOnlySpan<byte> request, int position, int end, ref WireError error)
    {
        while (position < end)
        {
            if (!WireReader.TryRead(request, position, end, out var field, ref error))
                return false;
            if (field.Number == OtlpTags.ResourceAttributesNumber)
            {
                if (field.Type != WireType.LengthDelimited)
                    return WireReader.WrongType(position, ref error);
                if (!_found && !TryMatch(request, field.ValueStart, field.End, ref error))
                    return false;
            }

            position = field.End;
        }

        return true;
    }

    /// <summary>Whether there is a name.</summary>
    public readonly bool IsText => _value.Kind == AnyValueKind.String;

    /// <summary>The bytes that the router is asked with: a slice of the request, empty without a name.</summary>
    public readonly ReadOnlySpan<byte> Identifier(ReadOnlySpan<byte> request) => IsText ? request[_value.Start.._value.End] : default;

    private bool TryMatch(ReadOnlySpan<byte> request, int start, int end, ref WireError error)
    {
        if (!KeyValue.TryRead(request, start, end, out var pair, ref error))
            return false;
        if (!request[pair.KeyStart..pair.KeyEnd].SequenceEqual(Attribute))
            return true;
        _found = true;
        return pair.TryReadValue(request, out _value, ref error);
    }
}
