using System.Globalization;
using System.Text;
using Google.Protobuf;
using OrleansLb.Otlp.Identity;
using OrleansLb.OtlpModel;

namespace OrleansLb.Otlp.Tests.Splitting;

/// <summary>The identity rules once more, on the object model and with memory to spare; only XXH64 is the product's.</summary>
internal static class OracleIdentity
{
    private const ulong FnvStart = 0xCBF29CE484222325;

    public static byte[] Resource(Resource resource) => Encode("resource/", Fnv(FnvStart, Hash(resource.Attributes)));

    public static byte[] Stream(Resource resource, InstrumentationScope scope, Metric metric, IEnumerable<KeyValue> point)
    {
        ulong hash = Fnv(FnvStart, Hash(resource.Attributes));
        hash = Fnv(Fnv(Fnv(hash, scope.Name), scope.Version), Hash(scope.Attributes));
        hash = Fnv(Fnv(hash, metric.Name), metric.Unit);
        (int type, bool monotonic, int temporality) = metric.DataCase switch
        {
            Metric.DataOneofCase.Gauge => (1, false, 0),
            Metric.DataOneofCase.Sum => (2, metric.Sum.IsMonotonic, (int)metric.Sum.AggregationTemporality),
            Metric.DataOneofCase.Histogram => (3, true, (int)metric.Histogram.AggregationTemporality),
            Metric.DataOneofCase.ExponentialHistogram => (4, true, (int)metric.ExponentialHistogram.AggregationTemporality),
            Metric.DataOneofCase.Summary => (5, false, 0),
            _ => (0, false, 0),
        };
        hash = Fnv(hash, [(byte)type, (byte)(monotonic ? 1 : 0), (byte)temporality]);
        return Encode("stream/", Fnv(hash, Hash(point)));
    }

    public static string Text(AnyValue value) => value.ValueCase switch
    {
        AnyValue.ValueOneofCase.StringValue => value.StringValue,
        AnyValue.ValueOneofCase.DoubleValue => value.DoubleValue.ToString("R", CultureInfo.InvariantCulture),
        AnyValue.ValueOneofCase.BytesValue => value.BytesValue.ToBase64(),
        AnyValue.ValueOneofCase.None => "",
        _ => Json(value) is { } text && !text.Contains("NaN", StringComparison.Ordinal) ? text : "",
    };

    // the generator's texts need no escapes
    private static string Json(AnyValue value) => value.ValueCase switch
    {
        AnyValue.ValueOneofCase.None => "null",
        AnyValue.ValueOneofCase.BoolValue => value.BoolValue ? "true" : "false",
        AnyValue.ValueOneofCase.IntValue => value.IntValue.ToString(CultureInfo.InvariantCulture),
        AnyValue.ValueOneofCase.StringValue or AnyValue.ValueOneofCase.BytesValue => $"\"{Text(value)}\"",
        AnyValue.ValueOneofCase.ArrayValue => $"[{string.Join(',', value.ArrayValue.Values.Select(Json))}]",
        AnyValue.ValueOneofCase.KvlistValue => "{" + string.Join(',', value.KvlistValue.Values
            .GroupBy(pair => pair.Key).OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => $"\"{group.Key}\":{Json(group.Last().Value ?? new AnyValue())}")) + "}",
        _ => Text(value),
    };

    private static byte[] Hash(IEnumerable<KeyValue> attributes)
    {
        byte[] encoded = EncodePairs(attributes);
        return encoded.Length == 0
            ? new byte[16]
            : [.. BitConverter.GetBytes(XxHash64.Hash(encoded)), .. BitConverter.GetBytes(XxHash64.Hash([.. encoded, 0xF3]))];
    }

    private static byte[] EncodePairs(IEnumerable<KeyValue> attributes) =>
    [
        .. attributes.OrderBy(pair => pair.Key, StringComparer.Ordinal).SelectMany(pair => new byte[] { 0xF4 }
            .Concat(Encoding.UTF8.GetBytes(pair.Key))
            .Concat(EncodeValue(attributes.First(first => first.Key == pair.Key).Value ?? new AnyValue()))),
    ];

    private static byte[] EncodeValue(AnyValue value) => value.ValueCase switch
    {
        AnyValue.ValueOneofCase.StringValue => [0xF7, .. Encoding.UTF8.GetBytes(value.StringValue)],
        AnyValue.ValueOneofCase.BoolValue => [(byte)(value.BoolValue ? 0xF8 : 0xF9)],
        AnyValue.ValueOneofCase.IntValue => [0xFA, .. BitConverter.GetBytes(value.IntValue)],
        AnyValue.ValueOneofCase.DoubleValue => [0xFB, .. BitConverter.GetBytes(value.DoubleValue)],
        AnyValue.ValueOneofCase.BytesValue => [0xF6, .. value.BytesValue.ToByteArray()],
        AnyValue.ValueOneofCase.ArrayValue => [0xFE, .. value.ArrayValue.Values.SelectMany(EncodeValue), 0xFF],
        AnyValue.ValueOneofCase.KvlistValue => [0xFC, .. EncodePairs(value.KvlistValue.Values), 0xFD],
        _ => [0xF5],
    };

    private static ulong Fnv(ulong hash, string text) => Fnv(hash, Encoding.UTF8.GetBytes(text));

    private static ulong Fnv(ulong hash, byte[] bytes) => bytes.Aggregate(hash, (sum, b) => unchecked((sum ^ b) * 0x100000001B3));

    private static byte[] Encode(string prefix, ulong hash) => Encoding.ASCII.GetBytes(prefix + hash.ToString("x", CultureInfo.InvariantCulture));
}
