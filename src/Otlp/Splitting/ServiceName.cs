using OrleansLb.Otlp.Identity;
using OrleansLb.Otlp.Wire;

namespace OrleansLb.Otlp.Splitting;

/// <summary>The <c>service.name</c> of a resource, and the identifier that it makes.</summary>
/// <remarks>
/// For traces the Collector goes on to look in scope and span attributes when the resource has no such attribute; here such an
/// entry counts as one of a nameless service, so that it stays in one piece.
/// </remarks>
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

    /// <summary>The bytes that the router is asked with: a slice of the request or of the plan's buffer.</summary>
    public readonly bool TryIdentify(
        Signal signal, IdentifierDialect dialect, ReadOnlySpan<byte> request, SplitPlan plan, out ReadOnlySpan<byte> identifier, ref WireError error)
    {
        identifier = default;
        if (dialect == IdentifierDialect.Collector && signal == Signal.Traces)
        {
            plan.Identifier.Clear().Append(Attribute).Append("="u8);
            if (!AttributeText.TryAppend(plan.Identifier, request, _value, plan.Attributes, ref error))
                return false;
            identifier = plan.Identifier.Append("|"u8).Written;
        }
        else if (_value.Kind == AnyValueKind.String)
        {
            identifier = request[_value.Start.._value.End];
        }

        return true;
    }

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
