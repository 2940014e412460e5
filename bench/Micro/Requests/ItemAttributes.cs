using Google.Protobuf;
using OrleansLb.OtlpModel;

namespace OrleansLb.Micro.Requests;

/// <summary>What the requests of the key benchmarks have in common: 1000 items in 5 resources.</summary>
internal static class ItemAttributes
{
    public const int Items = 1000;

    public const int Resources = 5;

    /// <summary>Number of the key of an item in a resource: each has so many items, all in that resource.</summary>
    public static int Key(int itemsPerKey, int resource, int item)
    {
        int keys = Items / Resources / itemsPerKey;
        return (resource * keys) + (item % keys);
    }

    public static Resource Resource(Random random, int index) => new()
    {
        Attributes =
        {
            Text("service.name", $"service-{index}"),
            Text("service.instance.id", new Guid(Bytes(random, 16)).ToString()),
            Text("k8s.pod.name", $"service-{index}-6f7d8c9b5-x2k4q"),
        },
    };

    public static KeyValue Text(string key, string value) => new() { Key = key, Value = new AnyValue { StringValue = value } };

    public static KeyValue Number(string key, long value) => new() { Key = key, Value = new AnyValue { IntValue = value } };

    public static ByteString Id(Random random, int length) => ByteString.CopyFrom(Bytes(random, length));

    private static byte[] Bytes(Random random, int length)
    {
        byte[] bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }
}
