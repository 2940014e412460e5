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

    private static readonly ulong[] Secrets = [0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0xA0761D6478BD642F, 0xE7037ED1A0B428DB];

    public static byte[] Resource(Resource resource) => Encode("resource/", Fnv(FnvStart, Hash(resource.Attributes)));

    /// <summary>The rule of our own, as the remarks of SeriesHash have it.</summary>
    public static byte[] Series(Resource resource, InstrumentationScope scope, Metric metric, IEnumerable<KeyValue> point)
    {
        ulong hash = Join(0, Sum(resource.Attributes));
        hash = Join(Join(Join(hash, SeriesText(scope.Name)), SeriesText(scope.Version)), Sum(scope.Attributes));
        var (type, monotonic, temporality) = Kind(metric);
        hash = Join(Join(Join(hash, SeriesText(metric.Name)), SeriesText(metric.Unit)), (ulong)(type | ((monotonic ? 1 : 0) << 8) | (temporality << 16)));
        return Encoding.ASCII.GetBytes(Join(hash, Sum(point)).ToString("x16", CultureInfo.InvariantCulture));
    }

    public static byte[] Stream(Resource resource, InstrumentationScope scope, Metric metric, IEnumerable<KeyValue> point)
    {
        ulong hash = Fnv(FnvStart, Hash(resource.Attributes));
        hash = Fnv(Fnv(Fnv(hash, scope.Name), scope.Version), Hash(scope.Attributes));
        hash = Fnv(Fnv(hash, metric.Name), metric.Unit);
        var (type, monotonic, temporality) = Kind(metric);
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

    private static (int Type, bool IsMonotonic, int Temporality) Kind(Metric metric) => metric.DataCase switch
    {
        Metric.DataOneofCase.Gauge => (1, false, 0),
        Metric.DataOneofCase.Sum => (2, metric.Sum.IsMonotonic, (int)metric.Sum.AggregationTemporality),
        Metric.DataOneofCase.Histogram => (3, true, (int)metric.Histogram.AggregationTemporality),
        Metric.DataOneofCase.ExponentialHistogram => (4, true, (int)metric.ExponentialHistogram.AggregationTemporality),
        Metric.DataOneofCase.Summary => (5, false, 0),
        _ => (0, false, 0),
    };

    private static ulong Sum(IEnumerable<KeyValue> attributes) =>
        attributes.Aggregate(0UL, static (sum, pair) => unchecked(sum + SeriesPair(Encoding.UTF8.GetBytes(pair.Key), pair.Value ?? new AnyValue())));

    private static ulong SeriesText(string text) => SeriesPair([], new AnyValue { StringValue = text });

    private static ulong SeriesPair(byte[] name, AnyValue value)
    {
        byte[] bytes = value.HasStringValue ? Encoding.UTF8.GetBytes(value.StringValue) : value.HasBytesValue ? value.BytesValue.ToByteArray() : [];
        (ulong first, ulong second) = bytes.Length > 0 ? Words(bytes) : (value.ValueCase switch
        {
            AnyValue.ValueOneofCase.BoolValue => value.BoolValue ? 1UL : 0,
            AnyValue.ValueOneofCase.IntValue => (ulong)value.IntValue,
            AnyValue.ValueOneofCase.DoubleValue => BitConverter.DoubleToUInt64Bits(value.DoubleValue),
            AnyValue.ValueOneofCase.ArrayValue => value.ArrayValue.Values.Aggregate(0UL, static (hash, element) => Join(hash, SeriesPair([], element))),
            AnyValue.ValueOneofCase.KvlistValue => Sum(value.KvlistValue.Values),
            _ => 0,
        }, 0UL);
        (ulong name0, ulong name1) = Words(name);
        ulong lengths = (ulong)name.Length ^ ((ulong)bytes.Length << 24) ^ ((ulong)value.ValueCase << 56);
        return Fold(Fold(name0 ^ Secrets[0], first ^ Secrets[1]) ^ Secrets[2], Fold(name1 ^ Secrets[3], second ^ Secrets[1]) ^ lengths);
    }

    private static (ulong First, ulong Second) Words(byte[] bytes)
    {
        byte[] padded = [.. bytes, .. new byte[bytes.Length == 0 ? 16 : (16 - (bytes.Length % 16)) % 16]];
        ulong state = 0;
        for (int block = 0; ; block += 16)
        {
            (ulong first, ulong second) = (BitConverter.ToUInt64(padded, block), BitConverter.ToUInt64(padded, block + 8));
            if (block + 16 == padded.Length)
                return (first ^ state, second);
            state = Fold(first ^ Secrets[0], second ^ Secrets[1] ^ state);
        }
    }

    private static ulong Join(ulong first, ulong second) => Fold(first ^ Secrets[2], second ^ Secrets[0]);

    private static ulong Fold(ulong left, ulong right)
    {
        var product = (UInt128)left * right;
        return (ulong)(product >> 64) ^ (ulong)product;
    }

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
