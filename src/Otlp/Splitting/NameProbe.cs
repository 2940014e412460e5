using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace OrleansLb.Otlp.Splitting;

/// <summary>A name in the form in which it is compared with the keys of attributes: its first eight bytes and its last, which cover it where it is short.</summary>
internal readonly struct NameProbe
{
    private const int WordLength = sizeof(ulong);

    private readonly byte[] _name;
    private readonly ulong _first;
    private readonly ulong _last;

    public NameProbe(byte[] name)
    {
        _name = name;
        if (name.Length < WordLength)
            return;
        _first = BinaryPrimitives.ReadUInt64LittleEndian(name);
        _last = BinaryPrimitives.ReadUInt64LittleEndian(name.AsSpan(name.Length - WordLength));
    }

    /// <summary>Whether a key is this name.</summary>
    /// <param name="key">Where it begins.</param>
    /// <param name="length">Its length in bytes.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Matches(ref byte key, nint length)
    {
        if (length != _name.Length)
            return false;
        if (length is >= WordLength and <= 2 * WordLength)
            return Word(ref key) == _first && Word(ref Unsafe.Add(ref key, length - WordLength)) == _last;
        return MemoryMarshal.CreateReadOnlySpan(ref key, (int)length).SequenceEqual(_name);
    }

    private static ulong Word(ref byte from)
    {
        ulong word = Unsafe.ReadUnaligned<ulong>(ref from);
        return BitConverter.IsLittleEndian ? word : BinaryPrimitives.ReverseEndianness(word);
    }
}
