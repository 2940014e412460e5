using System.Numerics;
using OrleansLb.Otlp.Wire;

namespace OrleansLb.Otlp.Splitting;

/// <summary>What the items of a scope say for themselves about the routing attributes: about those that neither resource nor scope has.</summary>
internal sealed partial class ItemGaps
{
    private const int None = -1;

    // as many as there are bits in a set of them
    private const int MostForQuickWalk = 64;

    private RoutingAttributes _names = null!;
    private Signal _signal;
    private IdentifierGap[] _gaps = [];
    private NameProbe[] _probes = [];
    private AnyValue[] _values = [];
    private bool[] _isFilled = [];
    private ulong _attributeGaps;
    private int _attributeCount;
    private ulong _nameBits;
    private uint _fieldNumbers;

    // the gaps of fields that names stand for
    private int _nameGap;
    private int _kindGap;
    private int _severityGap;
    private int _bodyGap;

    // a field has two of them
    private bool _hasTwins;

    /// <summary>How many gaps there are.</summary>
    public int Count { get; private set; }

    /// <summary>The gaps, in the order of the identifier.</summary>
    public ReadOnlySpan<IdentifierGap> Gaps => _gaps.AsSpan(0, Count);

    /// <summary>What the item has for each gap; empty for nothing.</summary>
    public ReadOnlySpan<AnyValue> Values => _values.AsSpan(0, Count);

    /// <summary>For how many gaps the item has no attribute.</summary>
    public int Missing { get; private set; }

    /// <summary>Whether <see cref="UsualFields.Margin"/> bytes behind the item can be read.</summary>
    public bool HasMargin { get; private set; }

    /// <summary>Begins a request.</summary>
    public void Begin(RoutingAttributes names, Signal signal)
    {
        _names = names;
        _signal = signal;
        if (_gaps.Length >= names.Count)
            return;
        _gaps = new IdentifierGap[names.Count];
        _probes = new NameProbe[names.Count];
        _values = new AnyValue[names.Count];
        _isFilled = new bool[names.Count];
    }

    /// <summary>Begins a scope.</summary>
    public void Clear()
    {
        Count = 0;
        _attributeGaps = 0;
        _attributeCount = 0;
        _nameBits = 0;
        _fieldNumbers = 0;
        (_nameGap, _kindGap, _severityGap, _bodyGap) = (None, None, None, None);
        _hasTwins = false;
    }

    /// <summary>Adds a gap.</summary>
    /// <param name="name">Index of the routing attribute.</param>
    /// <param name="pseudo">The field of the item that the attribute stands for.</param>
    /// <param name="textEnd">Where the text before the gap ends.</param>
    public void Add(int name, PseudoAttribute pseudo, int textEnd)
    {
        uint number = ItemField.Number(pseudo);
        if (pseudo != PseudoAttribute.None)
        {
            _hasTwins |= (_fieldNumbers & (1u << (int)number)) != 0;
            _fieldNumbers |= 1u << (int)number;
            GapOf(pseudo) = Count;
        }
        else
        {
            _attributeGaps |= 1UL << (Count % MostForQuickWalk);
            _attributeCount++;
            _nameBits |= FieldFilter.NameBit(_names.Name(name));
        }

        _probes[Count] = _names.Probe(name);
        _gaps[Count++] = new IdentifierGap { Name = name, Pseudo = pseudo, FieldNumber = number, TextEnd = textEnd };
    }

    /// <summary>Reads what an item has.</summary>
    public bool TryRead(ReadOnlySpan<byte> request, int start, int end, uint attributesNumber, ref WireError error)
    {
        HasMargin = end <= request.Length - UsualFields.Margin;
        if (HasMargin && !_hasTwins && Count <= MostForQuickWalk)
        {
            ulong open = _attributeGaps;
            Forget();
            if (TryReadUsual(request, start, end, attributesNumber, ref open))
            {
                Missing = BitOperations.PopCount(open);
                return true;
            }
        }

        Forget();
        return TryReadAny(request, start, end, attributesNumber, ref error);
    }

    private ref int GapOf(PseudoAttribute pseudo)
    {
        switch (pseudo)
        {
            case PseudoAttribute.SpanName:
                return ref _nameGap;
            case PseudoAttribute.SpanKind:
                return ref _kindGap;
            case PseudoAttribute.LogSeverity:
                return ref _severityGap;
            default:
                return ref _bodyGap;
        }
    }

    private void Forget()
    {
        foreach (ref var value in _values.AsSpan(0, Count))
            value.Set(AnyValueKind.Empty, 0, 0);
    }

    /// <summary>Walks an item of any form.</summary>
    private bool TryReadAny(ReadOnlySpan<byte> request, int start, int end, uint attributesNumber, ref WireError error)
    {
        _isFilled.AsSpan(0, Count).Clear();
        int open = _attributeCount;
        var filter = new FieldFilter(_fieldNumbers, open == 0 ? 0 : attributesNumber, _nameBits);
        var item = request[..end];

        // of a field that the names stand for the last occurrence counts, of attributes the first
        for (int position = start; open > 0 || _fieldNumbers != 0;)
        {
            position = filter.Skip(item, position);
            if (position >= end)
                break;
            if (!WireReader.TryRead(request, position, end, out var field, ref error))
                return false;
            if (open > 0 && field.Number == attributesNumber)
            {
                if (!TryTakeAttribute(request, position, field, ref open, ref error))
                    return false;
            }
            else if (!TryTakeField(request, position, field, ref error))
            {
                return false;
            }

            position = field.End;
        }

        Missing = open;
        return true;
    }

    private bool TryTakeAttribute(ReadOnlySpan<byte> request, int position, in WireField field, ref int open, ref WireError error)
    {
        if (field.Type != WireType.LengthDelimited)
            return WireReader.WrongType(position, ref error);
        if (!KeyValue.TryRead(request, field.ValueStart, field.End, out var pair, ref error))
            return false;

        var key = request[pair.KeyStart..pair.KeyEnd];
        for (int i = 0; i < Count; i++)
        {
            // an item's own attribute never counts for a name that stands for one of its fields
            if (_isFilled[i] || _gaps[i].Pseudo != PseudoAttribute.None || !key.SequenceEqual(_names.Name(_gaps[i].Name)))
                continue;
            if (!pair.TryReadValue(request, out _values[i], ref error))
                return false;
            _isFilled[i] = true;
            open--;
        }

        return true;
    }

    private bool TryTakeField(ReadOnlySpan<byte> request, int position, in WireField field, ref WireError error)
    {
        for (int i = 0; i < Count; i++)
        {
            if (_gaps[i].FieldNumber == field.Number
                && !ItemField.TryRead(_gaps[i].Pseudo, request, position, field, ref _values[i], ref error))
            {
                return false;
            }
        }

        return true;
    }
}
