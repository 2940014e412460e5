using System.Buffers.Binary;
using System.Text;

namespace OrleansLb.Ingress.Tests.Debug;

/// <summary>Writes protobuf messages by field number, for requests that a test spells out.</summary>
internal sealed class WireMessage
{
    private readonly List<byte> _bytes = [];

    public byte[] Bytes => [.. _bytes];

    public WireMessage Text(int number, string text) => Data(number, Encoding.UTF8.GetBytes(text));

    public WireMessage Message(int number, WireMessage message) => Data(number, message.Bytes);

    public WireMessage Data(int number, byte[] data)
    {
        Raw(((ulong)number << 3) | 2);
        Raw((ulong)data.Length);
        _bytes.AddRange(data);
        return this;
    }

    public WireMessage Varint(int number, ulong value)
    {
        Raw((ulong)number << 3);
        Raw(value);
        return this;
    }

    public WireMessage Fixed64(int number, ulong value)
    {
        byte[] eight = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(eight, value);
        Raw(((ulong)number << 3) | 1);
        _bytes.AddRange(eight);
        return this;
    }

    public WireMessage Double(int number, double value) => Fixed64(number, BitConverter.DoubleToUInt64Bits(value));

    public WireMessage Attribute(int number, string key, WireMessage value) =>
        Message(number, new WireMessage().Text(1, key).Message(2, value));

    /// <summary>A request of one resource and one scope with these items.</summary>
    public static WireMessage Request(string service, params WireMessage[] items)
    {
        var scope = new WireMessage().Message(1, new WireMessage().Text(1, "lib"));
        foreach (var item in items)
            scope.Message(2, item);
        var resource = new WireMessage().Attribute(1, "service.name", new WireMessage().Text(1, service));
        return new WireMessage().Message(1, new WireMessage().Message(1, resource).Message(2, scope));
    }

    private void Raw(ulong varint)
    {
        for (; varint >= 0x80; varint >>= 7)
            _bytes.Add((byte)(varint | 0x80));
        _bytes.Add((byte)varint);
    }
}
