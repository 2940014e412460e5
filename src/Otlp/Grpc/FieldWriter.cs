using System.Buffers;
using System.Text;

namespace OrleansLb.Otlp.Grpc;

/// <summary>Writes the protobuf fields of a short message. Fields that hold their default are left out, as proto3 has it.</summary>
internal readonly struct FieldWriter(ArrayBufferWriter<byte> output)
{
    private const int LengthDelimited = 2;

    /// <summary>A field of an integer type.</summary>
    public void Integer(int number, long value)
    {
        if (value == 0)
            return;
        Varint((ulong)number << 3);
        Varint((ulong)value);
    }

    /// <summary>A string field.</summary>
    public void Text(int number, string? value)
    {
        if (!string.IsNullOrEmpty(value))
            Message(number, Encoding.UTF8.GetBytes(value));
    }

    /// <summary>A field of bytes or of an embedded message; written even when empty.</summary>
    public void Message(int number, ReadOnlySpan<byte> value)
    {
        Varint(((ulong)number << 3) | LengthDelimited);
        Varint((ulong)value.Length);
        output.Write(value);
    }

    private void Varint(ulong value)
    {
        var room = output.GetSpan(10);
        int length = 0;
        for (; value >= 0x80; value >>= 7)
            room[length++] = (byte)(value | 0x80);
        room[length++] = (byte)value;
        output.Advance(length);
    }
}
