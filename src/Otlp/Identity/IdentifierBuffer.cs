using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace OrleansLb.Otlp.Identity;

/// <summary>Room for a routing identifier that is put together, kept from one to the next.</summary>
internal sealed class IdentifierBuffer
{
    private const int LongestDecimal = 20;
    private const int ShortText = 32;
    private const int LongerText = 2 * ShortText;

    private byte[] _bytes = new byte[512];
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

    /// <summary>Appends a slice of a larger text, quickly if it is short and not at the very end.</summary>
    public IdentifierBuffer Append(ReadOnlySpan<byte> whole, int start, int end)
    {
        int length = end - start;
        Copy(whole, start, length, Room(Math.Max(length, ShortText)));
        _length += length;
        return this;
    }

    /// <summary>Appends a slice of a larger text, then a slice of another buffer.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Append(ReadOnlySpan<byte> whole, int start, int end, IdentifierBuffer other, int otherStart, int otherEnd)
    {
        int length = end - start;
        int otherLength = otherEnd - otherStart;
        byte[] bytes = _bytes, otherBytes = other._bytes;
        int position = _length;
        if (length < 0 || otherLength < 0 || length > LongerText || otherLength > LongerText
            || start > whole.Length - LongerText || otherStart > otherBytes.Length - LongerText || position > bytes.Length - (2 * LongerText))
        {
            Append(whole, start, end).Append(other, otherStart, otherEnd);
            return;
        }

        // reads and writes behind both slices: nobody counts it
        ref byte source = ref Unsafe.Add(ref MemoryMarshal.GetReference(whole), start);
        ref byte destination = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(bytes), position);
        Vector256.LoadUnsafe(ref source).StoreUnsafe(ref destination);
        if (length > ShortText)
            Vector256.LoadUnsafe(ref source, ShortText).StoreUnsafe(ref destination, ShortText);
        source = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(otherBytes), otherStart);
        destination = ref Unsafe.Add(ref destination, length);
        Vector256.LoadUnsafe(ref source).StoreUnsafe(ref destination);
        if (otherLength > ShortText)
            Vector256.LoadUnsafe(ref source, ShortText).StoreUnsafe(ref destination, ShortText);
        _length = position + length + otherLength;
    }

    /// <summary>Appends a slice of another buffer.</summary>
    public IdentifierBuffer Append(IdentifierBuffer other, int start, int end) => Append(other._bytes, start, end);

    /// <summary>Appends a byte and a slice of a larger text.</summary>
    public IdentifierBuffer Append(byte lead, ReadOnlySpan<byte> whole, int start, int end)
    {
        int length = end - start;
        var room = Room(1 + Math.Max(length, ShortText));
        room[0] = lead;
        Copy(whole, start, length, room[1..]);
        _length += 1 + length;
        return this;
    }

    /// <summary>Appends two slices of a larger text, each led by a byte.</summary>
    public void Append(byte lead, byte secondLead, ReadOnlySpan<byte> whole, int start, int end, int secondStart, int secondEnd)
    {
        int length = end - start;
        int secondLength = secondEnd - secondStart;
        var room = Room(2 + Math.Max(length, ShortText) + Math.Max(secondLength, ShortText));
        room[0] = lead;
        Copy(whole, start, length, room[1..]);
        room[1 + length] = secondLead;
        Copy(whole, secondStart, secondLength, room[(2 + length)..]);
        _length += 2 + length + secondLength;
    }

    /// <summary>Appends a byte and a number in eight bytes.</summary>
    public IdentifierBuffer AppendLittleEndian(byte lead, ulong value)
    {
        var room = Room(1 + sizeof(ulong));
        room[0] = lead;
        BinaryPrimitives.WriteUInt64LittleEndian(room[1..], value);
        _length += 1 + sizeof(ulong);
        return this;
    }

    /// <summary>Appends once more what stands between two positions.</summary>
    public IdentifierBuffer Repeat(int start, int end)
    {
        var room = Room(end - start);
        _bytes.AsSpan(start, end - start).CopyTo(room);
        _length += end - start;
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
        int digits = Math.Max(1, (64 - BitOperations.LeadingZeroCount(value) + 3) / 4);
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, value << (64 - (4 * digits)));
        Convert.TryToHexStringLower(bytes, Room(2 * sizeof(ulong)), out _);
        _length += digits;
        return this;
    }

    public IdentifierBuffer AppendDecimal(long value)
    {
        if (value is >= 100 and <= 999)
        {
            // status codes, which most small numbers are
            var room = Room(3);
            (uint hundreds, uint rest) = Math.DivRem((uint)value, 100);
            (uint tens, uint ones) = Math.DivRem(rest, 10);
            room[0] = (byte)('0' + hundreds);
            room[1] = (byte)('0' + tens);
            room[2] = (byte)('0' + ones);
            _length += 3;
            return this;
        }

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

    // Most names and values are short, and a fixed number of bytes is copied several times as fast as a counted one.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Copy(ReadOnlySpan<byte> whole, int start, int length, Span<byte> destination)
    {
        if (length <= ShortText && start <= whole.Length - ShortText)
            Vector256.Create(whole.Slice(start, ShortText)).CopyTo(destination);
        else
            whole.Slice(start, length).CopyTo(destination);
    }
}
