using OrleansLb.Otlp.Identity;
using OrleansLb.Otlp.Wire;

namespace OrleansLb.Otlp.Splitting;

/// <summary>The routing attributes that a resource and a scope have, with their texts: worked out once for all items inside.</summary>
internal sealed class OuterAttributes(IdentifierBuffer buffer, AttributeList scratch)
{
    /// <summary>
    /// Bytes of text that count of an attribute outside of the items. It is part of the identifier of every item inside, so that without
    /// a limit a few bytes per item could cost as much as the longest value that fits a request.
    /// </summary>
    public const int LongestText = 4096;

    private readonly IdentifierBuffer _texts = new();
    private AttributeFinding[] _findings = [];
    private RoutingAttributes _names = null!;
    private int _resourceTexts;

    /// <summary>Begins a request.</summary>
    public void Begin(RoutingAttributes names, Signal signal)
    {
        _names = names;
        if (_findings.Length < names.Count)
            _findings = new AttributeFinding[names.Count];
        for (int i = 0; i < names.Count; i++)
            _findings[i] = new AttributeFinding { Pseudo = ItemField.Of(signal, names.Name(i)) };
    }

    public AttributeLevel Level(int name) => _findings[name].Level;

    public PseudoAttribute Pseudo(int name) => _findings[name].Pseudo;

    public ReadOnlySpan<byte> Text(int name) => _texts.Written.Slice(_findings[name].TextStart, _findings[name].TextLength);

    /// <summary>Looks through the resource of a resource entry.</summary>
    public bool TryEnterResource(ReadOnlySpan<byte> request, int start, int end, ref WireError error)
    {
        Forget(AttributeLevel.Resource);
        _texts.Clear();
        if (!TryEnter(request, start, end, OtlpTags.ResourceAttributesNumber, AttributeLevel.Resource, ref error))
            return false;
        _resourceTexts = _texts.Length;
        return true;
    }

    /// <summary>Looks through the scope of a scope entry.</summary>
    public bool TryEnterScope(ReadOnlySpan<byte> request, int start, int end, ref WireError error)
    {
        Forget(AttributeLevel.Scope);
        _texts.Truncate(_resourceTexts);
        return TryEnter(request, start, end, OtlpTags.ScopeAttributesNumber, AttributeLevel.Scope, ref error);
    }

    private bool TryEnter(ReadOnlySpan<byte> request, int start, int end, uint attributesNumber, AttributeLevel level, ref WireError error)
    {
        for (int position = start; position < end;)
        {
            ReadAhead.Of(request, position);
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
        for (int i = 0; i < _names.Count; i++)
        {
            ref var finding = ref _findings[i];
            if (finding.Level != AttributeLevel.Nowhere || !key.SequenceEqual(_names.Name(i)))
                continue;
            if (!pair.TryReadValue(request, out var value, ref error)
                || !AttributeText.TryAppend(buffer.Clear(), request, value, scratch, ref error))
            {
                return false;
            }

            finding.Level = level;
            finding.TextStart = _texts.Length;
            finding.TextLength = Math.Min(buffer.Length, LongestText);
            _texts.Append(buffer.Written[..finding.TextLength]);
        }

        return true;
    }

    private void Forget(AttributeLevel fromLevel)
    {
        for (int i = 0; i < _names.Count; i++)
        {
            ref var finding = ref _findings[i];
            if (finding.Level >= fromLevel)
                finding.Level = AttributeLevel.Nowhere;
        }
    }
}
