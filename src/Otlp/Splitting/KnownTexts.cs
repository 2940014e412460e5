using OrleansLb.Otlp.Identity;

namespace OrleansLb.Otlp.Splitting;

/// <summary>Numbers for what identifiers have from outside of the items: scopes of which that is the same have the same number.</summary>
internal sealed class KnownTexts
{
    private const int Most = 16;

    private readonly Text[] _texts = new Text[Most];
    private readonly IdentifierBuffer _bytes = new();
    private int _count;
    private int _number;

    /// <summary>Bytes that there is room for.</summary>
    public int Capacity => _bytes.Capacity;

    /// <summary>Begins a request.</summary>
    public void Clear()
    {
        _bytes.Clear();
        _count = 0;
    }

    /// <summary>The number of a text with gaps. When there are too many, it may have had another one before.</summary>
    public int NumberOf(ReadOnlySpan<byte> text, ReadOnlySpan<IdentifierGap> gaps)
    {
        // the same text may have its gaps elsewhere
        int start = _bytes.Length;
        _bytes.Append(text);
        foreach (ref readonly var gap in gaps)
            _bytes.AppendLittleEndian(0, (ulong)gap.TextEnd);
        var added = _bytes.Written[start..];
        ulong hash = XxHash64.Hash(added);
        foreach (ref readonly var known in _texts.AsSpan(0, _count))
        {
            if (known.Hash != hash || !added.SequenceEqual(_bytes.Written[known.Start..known.End]))
                continue;
            _bytes.Truncate(start);
            return known.Number;
        }

        if (_count == Most)
        {
            added.CopyTo(_bytes.Clear().Room(added.Length));
            _bytes.Advance(added.Length);
            _count = 0;
            start = 0;
        }

        _texts[_count++] = new Text { Hash = hash, Start = start, End = _bytes.Length, Number = ++_number };
        return _number;
    }

    private struct Text
    {
        public ulong Hash;
        public int Start;
        public int End;
        public int Number;
    }
}
