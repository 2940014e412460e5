using System.Runtime.CompilerServices;
using OrleansLb.Otlp.Identity;
using OrleansLb.Otlp.Wire;

namespace OrleansLb.Otlp.Splitting;

/// <summary>
/// The composite identifier <c>name=value|name=value|</c>. Each attribute is looked for in the resource, then in the scope, then
/// in the item; the first of a name counts, and a missing one leaves <c>name=|</c>.
/// </summary>
/// <remarks>
/// <para>
/// The attributes follow each other as configured. Only the Collector's logs and metrics put those of the resource first, then
/// those of the scope, then the others.
/// </para>
/// <para>
/// What all items of a scope share is put together once, as a text with gaps. An item is walked once, and not further than to the
/// attribute that fills the last gap.
/// </para>
/// </remarks>
internal sealed class AttributeKey(IdentifierBuffer buffer, AttributeList scratch) : ItemKey
{
    private readonly OuterAttributes _outer = new(buffer, scratch);
    private readonly IdentifierBuffer _text = new();
    private readonly IdentifierBuffer _identifier = new();
    private readonly ItemGaps _gaps = new();
    private readonly KnownValues _known = new();
    private RoutingAttributes _names = null!;
    private bool _byLevel;
    private bool _isMissing;
    private bool _isKept;

    /// <summary>Bytes that its texts have room for.</summary>
    public int Capacity => Math.Max(_identifier.Capacity, _known.Capacity);

    public override bool IsSettled => _gaps.Count == 0;

    public override bool IsMissing => _isMissing;

    public AttributeKey Begin(RoutingAttributes names, Signal signal, IdentifierDialect dialect)
    {
        _names = names;
        _byLevel = dialect == IdentifierDialect.Collector && signal != Signal.Traces;
        _outer.Begin(names, signal);
        _gaps.Begin(names, signal);
        _known.Begin();
        _identifier.Clear();
        return this;
    }

    public override bool TryEnterResource(ReadOnlySpan<byte> request, int start, int end, ref WireError error) =>
        _outer.TryEnterResource(request, start, end, ref error);

    public override bool TryEnterScope(ReadOnlySpan<byte> request, int start, int end, ref WireError error)
    {
        if (!_outer.TryEnterScope(request, start, end, ref error))
            return false;
        _text.Clear();
        _gaps.Clear();
        if (_byLevel)
        {
            AddNames(AttributeLevel.Resource);
            AddNames(AttributeLevel.Scope);
            AddNames(AttributeLevel.Nowhere);
        }
        else
        {
            for (int i = 0; i < _names.Count; i++)
                AddName(i);
        }

        _known.BeginScope(_text.Written, _gaps.Gaps);
        _identifier.Clear().Append(_text, 0, _text.Length);
        return true;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public override bool TryIdentify(
        ReadOnlySpan<byte> request, int start, int end, uint attributesNumber, out ReadOnlySpan<byte> identifier, ref WireError error)
    {
        identifier = default;
        if (!_gaps.TryRead(request, start, end, attributesNumber, ref error))
            return false;

        // what stands for a field of the item is always there
        _isMissing = _gaps.Missing == _names.Count;
        _isKept = _gaps.HasMargin && _gaps.Count <= KnownValues.MostGaps;
        KnownPart = _isKept ? _known.Find(request, _gaps.Values) : -1;
        if (KnownPart >= 0)
            return true;
        if (!TryFillGaps(request, ref error))
            return false;
        identifier = _identifier.Written;
        return true;
    }

    public override void Keep(int part)
    {
        if (_isKept)
            _known.Keep(_gaps.Values, part);
    }

    /// <summary>Puts the identifier together: what stands before the first gap is there from the item before.</summary>
    private bool TryFillGaps(ReadOnlySpan<byte> request, ref WireError error)
    {
        var gaps = _gaps.Gaps;
        var values = _gaps.Values;
        _identifier.Truncate(gaps.IsEmpty ? _text.Length : gaps[0].TextEnd);
        for (int i = 0; i < gaps.Length; i++)
        {
            int textStart = gaps[i].TextEnd;
            int textEnd = i + 1 < gaps.Length ? gaps[i + 1].TextEnd : _text.Length;
            ref readonly var value = ref values[i];
            if (gaps[i].Pseudo == PseudoAttribute.SpanKind)
            {
                ItemField.FindKindText(request, value, out int kindStart, out int kindEnd);
                _identifier.Append(ItemField.KindTexts, kindStart, kindEnd, _text, textStart, textEnd);
            }
            else if (value.Kind is AnyValueKind.String or AnyValueKind.Empty)
            {
                _identifier.Append(request, value.Start, value.End, _text, textStart, textEnd);
            }
            else
            {
                if (!AttributeText.TryAppend(_identifier, request, value, scratch, ref error))
                    return false;
                _identifier.Append(_text, textStart, textEnd);
            }
        }

        return true;
    }

    private void AddNames(AttributeLevel level)
    {
        for (int i = 0; i < _names.Count; i++)
        {
            if (_outer.Level(i) == level)
                AddName(i);
        }
    }

    private void AddName(int name)
    {
        _text.Append(_names.Name(name)).Append((byte)'=');
        if (_outer.Level(name) != AttributeLevel.Nowhere)
            _text.Append(_outer.Text(name));
        else
            _gaps.Add(name, _outer.Pseudo(name), _text.Length);
        _text.Append((byte)'|');
    }
}
