using OrleansLb.Otlp.Identity;
using OrleansLb.Otlp.Wire;

namespace OrleansLb.Otlp.Splitting;

/// <summary>
/// The composite identifier <c>name=value|name=value|</c>. Each attribute is looked for in the resource, then in the scope, then
/// in the item; the first of a name counts, and a missing one leaves <c>name=|</c>.
/// </summary>
/// <remarks>
/// The attributes follow each other as configured. Only the Collector's logs and metrics put those of the resource first, then
/// those of the scope, then the others.
/// </remarks>
internal sealed class AttributeKey(IdentifierBuffer buffer, AttributeList scratch) : ItemKey
{
    private AttributeFinding[] _findings = [];
    private RoutingAttributes _names = null!;
    private Signal _signal;
    private bool _byLevel;
    private bool _hasPseudo;
    private int _count;
    private int _found;
    private ItemFields _fields;

    public override bool IsSettled => _found == _count;

    // what stands for a field of the item is always there
    public override bool IsMissing => _found == 0 && !_hasPseudo;

    public AttributeKey Begin(RoutingAttributes names, Signal signal, IdentifierDialect dialect)
    {
        _names = names;
        _signal = signal;
        _byLevel = dialect == IdentifierDialect.Collector && signal != Signal.Traces;
        _hasPseudo = false;
        _found = 0;
        _count = names.Count;
        if (_findings.Length < _count)
            _findings = new AttributeFinding[_count];
        for (int i = 0; i < _count; i++)
        {
            var pseudo = ItemFields.Of(signal, names.Name(i));
            _findings[i] = new AttributeFinding { Pseudo = pseudo };
            _hasPseudo |= pseudo != PseudoAttribute.None;
        }

        return this;
    }

    public override bool TryEnterResource(ReadOnlySpan<byte> request, int start, int end, ref WireError error)
    {
        Forget(AttributeLevel.Resource);
        return TryEnter(request, start, end, OtlpTags.ResourceAttributesNumber, AttributeLevel.Resource, ref error);
    }

    public override bool TryEnterScope(ReadOnlySpan<byte> request, int start, int end, ref WireError error)
    {
        Forget(AttributeLevel.Scope);
        return TryEnter(request, start, end, OtlpTags.ScopeAttributesNumber, AttributeLevel.Scope, ref error);
    }

    public override bool TryIdentify(
        ReadOnlySpan<byte> request, int start, int end, uint attributesNumber, out ReadOnlySpan<byte> identifier, ref WireError error)
    {
        identifier = default;
        Forget(AttributeLevel.Item);
        _fields = default;
        for (int position = start; position < end;)
        {
            if (!WireReader.TryRead(request, position, end, out var field, ref error))
                return false;
            if (field.Number == attributesNumber)
            {
                if (!TryMatch(request, position, field, AttributeLevel.Item, ref error))
                    return false;
            }
            else if (_hasPseudo && !_fields.TryTake(_signal, request, position, field, ref error))
            {
                return false;
            }

            position = field.End;
        }

        buffer.Clear();
        bool composed = _byLevel
            ? TryAppend(request, AttributeLevel.Resource, AttributeLevel.Resource, ref error)
                && TryAppend(request, AttributeLevel.Scope, AttributeLevel.Scope, ref error)
                && TryAppend(request, AttributeLevel.Item, AttributeLevel.Nowhere, ref error)
            : TryAppendAll(request, ref error);
        identifier = buffer.Written;
        return composed;
    }

    private bool TryEnter(ReadOnlySpan<byte> request, int start, int end, uint attributesNumber, AttributeLevel level, ref WireError error)
    {
        for (int position = start; position < end;)
        {
            if (!WireReader.TryRead(request, position, end, out var field, ref error))
                return false;

            // resource and scope have the same number in the entries around them
            if (field.Tag == OtlpTags.Resource && !TryLookIn(request, field.ValueStart, field.End, attributesNumber, level, ref error))
                return false;
            position = field.End;
        }

        return true;
    }

    private bool TryLookIn(ReadOnlySpan<byte> request, int start, int end, uint attributesNumber, AttributeLevel level, ref WireError error)
    {
        for (int position = start; position < end;)
        {
            if (!WireReader.TryRead(request, position, end, out var field, ref error)
                || (field.Number == attributesNumber && !TryMatch(request, position, field, level, ref error)))
            {
                return false;
            }

            position = field.End;
        }

        return true;
    }

    private bool TryMatch(ReadOnlySpan<byte> request, int position, WireField field, AttributeLevel level, ref WireError error)
    {
        if (field.Type != WireType.LengthDelimited)
            return WireReader.WrongType(position, ref error);
        if (!KeyValue.TryRead(request, field.ValueStart, field.End, out var pair, ref error))
            return false;

        var key = request[pair.KeyStart..pair.KeyEnd];
        for (int i = 0; i < _count; i++)
        {
            ref var finding = ref _findings[i];
            if (finding.Level != AttributeLevel.Nowhere || !key.SequenceEqual(_names.Name(i)))
                continue;

            // an item's own attribute never counts for a name that stands for one of its fields
            if (level == AttributeLevel.Item && finding.Pseudo != PseudoAttribute.None)
                continue;
            if (!pair.TryReadValue(request, out finding.Value, ref error))
                return false;
            finding.Level = level;
            _found++;
        }

        return true;
    }

    private bool TryAppendAll(ReadOnlySpan<byte> request, ref WireError error)
    {
        for (int i = 0; i < _count; i++)
        {
            if (!TryAppend(request, i, ref error))
                return false;
        }

        return true;
    }

    private bool TryAppend(ReadOnlySpan<byte> request, AttributeLevel level, AttributeLevel orLevel, ref WireError error)
    {
        for (int i = 0; i < _count; i++)
        {
            if ((_findings[i].Level == level || _findings[i].Level == orLevel) && !TryAppend(request, i, ref error))
                return false;
        }

        return true;
    }

    private bool TryAppend(ReadOnlySpan<byte> request, int index, ref WireError error)
    {
        ref var finding = ref _findings[index];
        buffer.Append(_names.Name(index)).Append((byte)'=');
        bool appended = finding.Level == AttributeLevel.Nowhere && finding.Pseudo != PseudoAttribute.None
            ? _fields.TryAppend(finding.Pseudo, buffer, request, scratch, ref error)
            : AttributeText.TryAppend(buffer, request, finding.Value, scratch, ref error);
        buffer.Append((byte)'|');
        return appended;
    }

    private void Forget(AttributeLevel fromLevel)
    {
        for (int i = 0; i < _count; i++)
        {
            ref var finding = ref _findings[i];
            if (finding.Level < fromLevel)
                continue;
            finding.Level = AttributeLevel.Nowhere;
            finding.Value = default;
            _found--;
        }
    }
}
