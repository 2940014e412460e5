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
internal sealed partial class AttributeKey(IdentifierBuffer buffer, AttributeList scratch) : ItemKey
{
    private readonly OuterAttributes _outer = new(buffer, scratch);
    private readonly IdentifierBuffer _text = new();
    private IdentifierGap[] _gaps = [];
    private RoutingAttributes _names = null!;
    private bool _byLevel;
    private int _gapCount;
    private int _attributeGaps;
    private uint _fieldNumbers;
    private ulong _nameBits;
    private bool _hasPrevious;
    private bool _isMissing;

    public override bool IsSettled => _gapCount == 0;

    public override bool IsMissing => _isMissing;

    public AttributeKey Begin(RoutingAttributes names, Signal signal, IdentifierDialect dialect)
    {
        _names = names;
        _byLevel = dialect == IdentifierDialect.Collector && signal != Signal.Traces;
        _outer.Begin(names, signal);
        if (_gaps.Length < names.Count)
            _gaps = new IdentifierGap[names.Count];
        return this;
    }

    public override bool TryEnterResource(ReadOnlySpan<byte> request, int start, int end, ref WireError error) =>
        _outer.TryEnterResource(request, start, end, ref error);

    public override bool TryEnterScope(ReadOnlySpan<byte> request, int start, int end, ref WireError error)
    {
        if (!_outer.TryEnterScope(request, start, end, ref error))
            return false;
        _text.Clear();
        _gapCount = 0;
        _attributeGaps = 0;
        _fieldNumbers = 0;
        _nameBits = 0;
        _hasPrevious = false;
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

        return true;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public override bool TryIdentify(
        ReadOnlySpan<byte> request, int start, int end, uint attributesNumber, out ReadOnlySpan<byte> identifier, ref WireError error)
    {
        identifier = default;
        if (!TryFill(request, start, end, attributesNumber, ref error))
            return false;
        IsRepeated = _hasPrevious && HasValuesOfPrevious(request);
        _hasPrevious = true;
        if (IsRepeated)
            return true;

        buffer.Clear();
        int position = 0;
        foreach (ref var gap in _gaps.AsSpan(0, _gapCount))
        {
            if (gap.Value.Kind == AnyValueKind.String)
            {
                buffer.Append(_text, position, gap.TextEnd, request, gap.Value.Start, gap.Value.End);
            }
            else
            {
                buffer.Append(_text, position, gap.TextEnd);
                if (gap.Pseudo == PseudoAttribute.SpanKind)
                    buffer.Append(ItemField.KindText(request, gap.Value));
                else if (!AttributeText.TryAppend(buffer, request, gap.Value, scratch, ref error))
                    return false;
            }

            position = gap.TextEnd;
        }

        identifier = buffer.Append(_text, position, _text.Length).Written;
        return true;
    }

    /// <summary>Walks the item for what fills the gaps.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryFill(ReadOnlySpan<byte> request, int start, int end, uint attributesNumber, ref WireError error)
    {
        var gaps = _gaps.AsSpan(0, _gapCount);
        foreach (ref var gap in gaps)
        {
            gap.Previous = gap.Value;
            gap.Value = default;
            gap.IsFilled = false;
        }

        // of a field that the names stand for the last occurrence counts, of attributes the first
        int open = _attributeGaps;
        var filter = new FieldFilter(_fieldNumbers, open == 0 ? 0 : attributesNumber, _nameBits);
        var item = request[..end];
        for (int position = start; open > 0 || _fieldNumbers != 0;)
        {
            position = filter.Skip(item, position);
            if (position >= end)
                break;
            if (TryTakeShort(item, ref position, attributesNumber, gaps, ref open))
                continue;
            if (!WireReader.TryRead(request, position, end, out var field, ref error))
                return false;
            if (open > 0 && field.Number == attributesNumber)
            {
                if (!TryFillGaps(request, position, field, gaps, ref open, ref error))
                    return false;
            }
            else if (!TryTakeField(request, position, field, gaps, ref error))
            {
                return false;
            }

            position = field.End;
        }

        // what stands for a field of the item is always there
        _isMissing = open == _names.Count;
        return true;
    }

    private bool TryFillGaps(
        ReadOnlySpan<byte> request, int position, in WireField field, Span<IdentifierGap> gaps, ref int open, ref WireError error)
    {
        if (field.Type != WireType.LengthDelimited)
            return WireReader.WrongType(position, ref error);
        if (!KeyValue.TryRead(request, field.ValueStart, field.End, out var pair, ref error))
            return false;

        var key = request[pair.KeyStart..pair.KeyEnd];
        foreach (ref var gap in gaps)
        {
            // an item's own attribute never counts for a name that stands for one of its fields
            if (gap.IsFilled || gap.Pseudo != PseudoAttribute.None || !key.SequenceEqual(_names.Name(gap.Name)))
                continue;
            if (!pair.TryReadValue(request, out gap.Value, ref error))
                return false;
            gap.IsFilled = true;
            open--;
        }

        return true;
    }

    private static bool TryTakeField(
        ReadOnlySpan<byte> request, int position, in WireField field, Span<IdentifierGap> gaps, ref WireError error)
    {
        foreach (ref var gap in gaps)
        {
            if (gap.FieldNumber == field.Number && !ItemField.TryRead(gap.Pseudo, request, position, field, ref gap.Value, ref error))
                return false;
        }

        return true;
    }

    private bool HasValuesOfPrevious(ReadOnlySpan<byte> request)
    {
        foreach (ref var gap in _gaps.AsSpan(0, _gapCount))
        {
            if (gap.Value.Kind != gap.Previous.Kind
                || !request[gap.Value.Start..gap.Value.End].SequenceEqual(request[gap.Previous.Start..gap.Previous.End]))
            {
                return false;
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
            AddGap(name);
        _text.Append((byte)'|');
    }

    private void AddGap(int name)
    {
        var pseudo = _outer.Pseudo(name);
        uint number = ItemField.Number(pseudo);
        _gaps[_gapCount++] = new IdentifierGap { Name = name, Pseudo = pseudo, FieldNumber = number, TextEnd = _text.Length };
        if (pseudo != PseudoAttribute.None)
        {
            _fieldNumbers |= 1u << (int)number;
        }
        else
        {
            _attributeGaps++;
            _nameBits |= FieldFilter.NameBit(_names.Name(name));
        }
    }
}
