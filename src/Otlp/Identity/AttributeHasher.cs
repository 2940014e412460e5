using System.Runtime.CompilerServices;
using OrleansLb.Otlp.Wire;

namespace OrleansLb.Otlp.Identity;

/// <summary>
/// The Collector's hash of an attribute map: the pairs, sorted by key and each led by a byte that tells its type, go through
/// XXH64 twice, the second time with one byte more. Of equal keys the first one's value stands for all.
/// </summary>
/// <remarks>Scratch memory that is used again and again; not safe for concurrent use.</remarks>
internal sealed class AttributeHasher
{
    /// <summary>
    /// Equal keys repeat the first one's value up to this many bytes of a map. The Collector goes on without a limit: a map of n bytes
    /// can have n² bytes to hash there, and maps in maps exponentially more.
    /// </summary>
    internal const int LongestRepeated = 64 * 1024;

    private const byte SecondHash = 0xF3;
    private const byte Key = 0xF4;
    private const byte Empty = 0xF5;
    private const byte Bytes = 0xF6;
    private const byte Text = 0xF7;
    private const byte True = 0xF8;
    private const byte False = 0xF9;
    private const byte Integer = 0xFA;
    private const byte Double = 0xFB;
    private const byte MapStart = 0xFC;
    private const byte MapEnd = 0xFD;
    private const byte ArrayStart = 0xFE;
    private const byte ArrayEnd = 0xFF;

    private readonly IdentifierBuffer _encoded = new();
    private readonly AttributeList _attributes = new();

    public int Capacity => Math.Max(_encoded.Capacity, _attributes.Capacity);

    /// <summary>Begins a map.</summary>
    public void Clear() => _attributes.Truncate(0);

    /// <summary>Adds the attributes of one occurrence of a message; those of several occurrences make one map.</summary>
    public bool TryAdd(ReadOnlySpan<byte> request, int start, int end, uint attributesNumber, ref WireError error) =>
        _attributes.TryPush(request, start, end, attributesNumber, ref error);

    /// <summary>Adds one attribute.</summary>
    public bool TryAdd(ReadOnlySpan<byte> request, int start, int end, ref WireError error) => _attributes.TryPush(request, start, end, ref error);

    /// <summary>The hash of what was added since <see cref="Clear"/>.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public bool TryHash(ReadOnlySpan<byte> request, out AttributeHash hash, ref WireError error)
    {
        hash = default;
        if (_attributes.Count == 0)
            return true;

        _encoded.Clear();
        if (!TryEncodePairs(request, start: 0, depth: 0, ref error))
            return false;
        ulong first = XxHash64.HashBoth(_encoded.Append(SecondHash).Written, out ulong second);
        hash = new AttributeHash(first, second);
        return true;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryEncodePairs(ReadOnlySpan<byte> request, int start, int depth, ref WireError error)
    {
        _attributes.Sort(request, start);
        int end = _attributes.Count;
        for (int i = start; i < end;)
        {
            ref readonly var pair = ref _attributes[i];
            int from = _encoded.Length;
            if (!pair.TryReadValue(request, out var value, ref error))
                return false;
            if (value.Kind == AnyValueKind.String)
                _encoded.Append(Key, Text, request, pair.KeyStart, pair.KeyEnd, value.Start, value.End);
            else if (!TryEncodeOther(request, pair, value, depth, ref error))
                return false;
            int to = _encoded.Length;
            while (++i < end && _attributes.HasSameKey(request, i - 1, i))
            {
                if (_encoded.Length + to - from <= LongestRepeated)
                    _encoded.Repeat(from, to);
            }
        }

        return true;
    }

    private bool TryEncodeOther(ReadOnlySpan<byte> request, in KeyValue pair, in AnyValue value, int depth, ref WireError error)
    {
        _encoded.Append(Key, request, pair.KeyStart, pair.KeyEnd);
        return TryEncode(request, value, depth, ref error);
    }

    private bool TryEncode(ReadOnlySpan<byte> request, in AnyValue value, int depth, ref WireError error)
    {
        if (depth > ValueNesting.Limit)
            return ValueNesting.TooDeep(value, ref error);

        switch (value.Kind)
        {
            case AnyValueKind.String:
                _encoded.Append(Text, request, value.Start, value.End);
                return true;
            case AnyValueKind.Bool:
                _encoded.Append(value.ReadVarint(request) != 0 ? True : False);
                return true;
            case AnyValueKind.Int:
                _encoded.AppendLittleEndian(Integer, value.ReadVarint(request));
                return true;
            case AnyValueKind.Double:
                _encoded.Append(Double, request, value.Start, value.End);
                return true;
            case AnyValueKind.Bytes:
                _encoded.Append(Bytes, request, value.Start, value.End);
                return true;
            case AnyValueKind.Array:
                return TryEncodeArray(request, value, depth, ref error);
            case AnyValueKind.Map:
                return TryEncodeMap(request, value, depth, ref error);
            default:
                _encoded.Append(Empty);
                return true;
        }
    }

    private bool TryEncodeArray(ReadOnlySpan<byte> request, in AnyValue array, int depth, ref WireError error)
    {
        _encoded.Append(ArrayStart);
        for (int position = array.Start; position < array.End;)
        {
            if (!WireReader.TryRead(request, position, array.End, out var field, ref error))
                return false;
            if (field.Number == OtlpTags.ElementsNumber)
            {
                if (field.Type != WireType.LengthDelimited)
                    return WireReader.WrongType(position, ref error);
                var element = default(AnyValue);
                if (!element.TryMerge(request, field.ValueStart, field.End, ref error)
                    || !TryEncode(request, element, depth + 1, ref error))
                {
                    return false;
                }
            }

            position = field.End;
        }

        _encoded.Append(ArrayEnd);
        return true;
    }

    private bool TryEncodeMap(ReadOnlySpan<byte> request, in AnyValue map, int depth, ref WireError error)
    {
        int start = _attributes.Count;
        _encoded.Append(MapStart);
        if (!_attributes.TryPush(request, map.Start, map.End, OtlpTags.ElementsNumber, ref error)
            || !TryEncodePairs(request, start, depth + 1, ref error))
        {
            return false;
        }

        _encoded.Append(MapEnd);
        _attributes.Truncate(start);
        return true;
    }
}
