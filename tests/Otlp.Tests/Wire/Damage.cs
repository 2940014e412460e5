using OrleansLb.Testing;

namespace OrleansLb.Otlp.Tests.Wire;

/// <summary>Fields that no decoder takes.</summary>
internal static class Damage
{
    /// <summary>An ID that is neither empty nor as long as it has to be.</summary>
    public static byte[] WrongLength(Random random, uint number, int right)
    {
        int length = random.Next(1, 40);
        return new WireMessage().Bytes(number, Filling(random, length == right ? length + 1 : length)).Encode();
    }

    /// <summary>A known field with another wire type, well-formed.</summary>
    public static byte[] WrongType(Random random, uint number, uint right)
    {
        uint[] others = [.. new uint[] { 0, 1, 2, 5 }.Where(type => type != right)];
        return (others[random.Next(others.Length)] switch
        {
            0 => new WireMessage().Varint(number, 1),
            1 => new WireMessage().Fixed64(number, 1),
            2 => new WireMessage().Bytes(number, Filling(random, random.Next(20))),
            _ => new WireMessage().Fixed32(number, 1),
        }).Encode();
    }

    // bytes that are no tags of items
    public static byte[] Filling(Random random, int length) => [.. Enumerable.Repeat((byte)random.Next(0xA0, 0xB0), length)];
}
