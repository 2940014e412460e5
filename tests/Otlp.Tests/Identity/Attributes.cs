using OrleansLb.Testing;

namespace OrleansLb.Otlp.Tests.Identity;

/// <summary>Attributes and their values in wire form.</summary>
internal static class Attributes
{
    public static WireMessage Text(string value) => new WireMessage().Text(1, value);

    public static WireMessage Bool(bool value) => new WireMessage().Varint(2, value ? 1u : 0);

    public static WireMessage Int(long value) => new WireMessage().Varint(3, (ulong)value);

    public static WireMessage Double(double value) => new WireMessage().Fixed64(4, BitConverter.DoubleToUInt64Bits(value));

    public static WireMessage Array(params WireMessage[] elements)
    {
        var array = new WireMessage();
        foreach (var element in elements)
            array.Message(1, element);
        return new WireMessage().Message(5, array);
    }

    public static WireMessage Map(params (string Key, WireMessage Value)[] pairs) => new WireMessage().Message(6, List(1, pairs));

    public static WireMessage Bytes(params byte[] value) => new WireMessage().Bytes(7, value);

    public static WireMessage Nothing => new();

    public static WireMessage Pair(string key, WireMessage value) => new WireMessage().Text(1, key).Message(2, value);

    /// <summary>A message that has the pairs in the repeated field <paramref name="number"/>.</summary>
    public static WireMessage List(uint number, params (string Key, WireMessage Value)[] pairs)
    {
        var message = new WireMessage();
        foreach (var (key, value) in pairs)
            message.Message(number, Pair(key, value));
        return message;
    }

    /// <summary>An array in an array in an array…</summary>
    public static WireMessage Nested(int depth)
    {
        var value = Array();
        for (int i = 0; i < depth; i++)
            value = Array(value);
        return value;
    }
}
