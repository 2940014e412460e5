using System.Buffers.Binary;
using System.Globalization;

namespace OrleansLb.Otlp.Identity;

/// <summary>Room for a routing identifier that is put together, kept from one to the next.</summary>
internal sealed class IdentifierBuffer
{
    private const int LongestDecimal = 20;

    private byte[] _bytes = new byte[128];
    private int _length;

    public int Capacity => _bytes.Length;

    public int Length => _length;

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _length);

    public IdentifierBuffer Clear()
    {
        _length = 0;
        return this;
    }

    /// <summary>Takes back what was written behind the first <paramref name="length"/> bytes.</summary>
    public void Truncate(int length) => _length = length;

    public IdentifierBuffer Append(byte value)
    {
        Room(1)[0] = value;
        _length++;
        return this;
    }

    public IdentifierBuffer Append(ReadOnlySpan<byte> text)
    {
        text.CopyTo(Room(text.Length));
        _length += text.Length;
        return this;
    }

    public IdentifierBuffer AppendLittleEndian(ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(Room(sizeof(ulong)), value);
        _length += sizeof(ulong);
        return this;
    }

    public IdentifierBuffer AppendHex(ReadOnlySpan<byte> bytes)
    {
        Convert.TryToHexStringLower(bytes, Room(checked(bytes.Length * 2)), out int written);
        _length += written;
        return this;
    }

    /// <summary>The number in base 16, lower case, without leading zeros.</summary>
    public IdentifierBuffer AppendHexNumber(ulong value)
    {
        value.TryFormat(Room(2 * sizeof(ulong)), out int written, "x", CultureInfo.InvariantCulture);
        _length += written;
        return this;
    }

    public IdentifierBuffer AppendDecimal(long value)
    {
        value.TryFormat(Room(LongestDecimal), out int written, default, CultureInfo.InvariantCulture);
        _length += written;
        return this;
    }

    /// <summary>At least <paramref name="length"/> bytes behind what is written; <see cref="Advance"/> makes them part of it.</summary>
    public Span<byte> Room(int length)
    {
        if (length > _bytes.Length - _length)
            Array.Resize(ref _bytes, Math.Max(checked(_length + length), (int)Math.Min(2L * _bytes.Length, Array.MaxLength)));
        return _bytes.AsSpan(_length);
    }

    public void Advance(int length) => _length += length;
}
