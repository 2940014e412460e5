using System.Buffers.Binary;
using System.Text;

namespace OrleansLb.Testing;

/// <summary>A protobuf message under construction, field by field, in whatever order and number a test wants them.</summary>
public sealed class WireMessage
{
    private readonly List<byte[]> _fields = [];

    public WireMessage Message(uint number, WireMessage value) => Bytes(number, value.Encode());

    public WireMessage Text(uint number, string value) => Bytes(number, Encoding.UTF8.GetBytes(value));

    public WireMessage Bytes(uint number, params byte[] value) =>
        Raw([.. EncodeVarint((number << 3) | 2), .. EncodeVarint((ulong)value.Length), .. value]);

    public WireMessage Varint(uint number, ulong value) => Raw([.. EncodeVarint(number << 3), .. EncodeVarint(value)]);

    public WireMessage Fixed64(uint number, ulong value)
    {
        byte[] bytes = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        return Raw([.. EncodeVarint((number << 3) | 1), .. bytes]);
    }

    public WireMessage Real(uint number, double value) => Fixed64(number, BitConverter.DoubleToUInt64Bits(value));

    public WireMessage Fixed32(uint number, uint value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return Raw([.. EncodeVarint((number << 3) | 5), .. bytes]);
    }

    public WireMessage Group(uint number, WireMessage content) =>
        Raw([.. EncodeVarint((number << 3) | 3), .. content.Encode(), .. EncodeVarint((number << 3) | 4)]);

    /// <summary>A key and its value, as attributes of resources, scopes and items are.</summary>
    public WireMessage Attribute(uint number, string key, WireMessage value) =>
        Message(number, new WireMessage().Text(1, key).Message(2, value));

    public WireMessage Raw(byte[] field)
    {
        _fields.Add(field);
        return this;
    }

    /// <summary>Reverses the fields, as encoders do that write from the end.</summary>
    public WireMessage Reverse()
    {
        _fields.Reverse();
        return this;
    }

    public WireMessage Shuffle(Random random)
    {
        byte[][] fields = [.. _fields];
        random.Shuffle(fields);
        _fields.Clear();
        _fields.AddRange(fields);
        return this;
    }

    public byte[] Encode() => [.. _fields.SelectMany(field => field)];

    public static byte[] EncodeVarint(ulong value)
    {
        var bytes = new List<byte>();
        for (; value >= 0x80; value >>= 7)
            bytes.Add((byte)(value | 0x80));
        bytes.Add((byte)value);
        return [.. bytes];
    }
}
