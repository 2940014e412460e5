using System.Globalization;
using OrleansLb.Otlp.Tests.Wire;
using OrleansLb.Testing;

namespace OrleansLb.Otlp.Tests.Splitting;

/// <summary>
/// Random requests as they may come from any encoder: fields in any order, singular fields twice, unknown fields of every wire
/// type at every level, resources and scopes without items, empty trace IDs.
/// </summary>
internal sealed class RequestGenerator(Random random, Signal signal, int size)
{
    private const uint FirstUnknownNumber = 2000;

    private readonly byte[][] _traceIds = [.. Enumerable.Range(0, 1 + (size / 3)).Select(_ => TraceId(random))];
    private readonly string[] _services = [.. Enumerable.Range(0, 1 + (size / 4)).Select(i => $"service-{i}-{random.Next(1000)}")];

    public byte[] Request()
    {
        var request = new WireMessage();
        for (int i = random.Next(1 + size); i > 0; i--)
            request.Message(1, ResourceEntry());
        return Ordered(WithUnknown(request)).Encode();
    }

    private WireMessage ResourceEntry()
    {
        var entry = new WireMessage();
        for (int i = Occurrences(); i > 0; i--)
            entry.Message(1, Resource());
        for (int i = random.Next(4); i > 0; i--)
            entry.Message(2, ScopeEntry());
        for (int i = Occurrences(); i > 0; i--)
            entry.Text(3, $"https://example.org/schemas/{random.Next(5)}");
        return Ordered(WithUnknown(entry));
    }

    private WireMessage ScopeEntry()
    {
        var entry = new WireMessage();
        for (int i = Occurrences(); i > 0; i--)
        {
            var scope = new WireMessage().Text(1, $"library-{random.Next(4)}").Text(2, "1.0." + random.Next(9));
            entry.Message(1, Ordered(WithUnknown(scope.Message(3, Attribute(random.Next(8) == 0 ? "service.name" : "scope.key", Value())))));
        }

        for (int i = random.Next(1 + size); i > 0; i--)
            entry.Message(2, Item());
        for (int i = Occurrences(); i > 0; i--)
            entry.Text(3, "https://example.org/schemas/" + new string('s', random.Next(200)));
        return Ordered(WithUnknown(entry));
    }

    private WireMessage Item() => Ordered(WithUnknown(signal switch
    {
        Signal.Traces => Span(),
        Signal.Logs => LogRecord(),
        _ => Metric(),
    }));

    private WireMessage Span()
    {
        var span = new WireMessage();
        for (int i = Occurrences(); i > 0; i--)
            span.Bytes(1, AnyTraceId());
        span.Bytes(2, Bytes(8)).Text(5, "span " + random.Next(100)).Varint(6, (ulong)random.Next(6));
        span.Fixed64(7, (ulong)random.NextInt64()).Fixed64(8, (ulong)random.NextInt64()).Fixed32(16, 1);
        for (int i = random.Next(4); i > 0; i--)
            span.Message(9, random.Next(8) == 0 ? Attribute("service.name", ServiceNameValue()) : Attribute("key-" + i, Value()));
        if (random.Next(3) == 0)
            span.Message(11, new WireMessage().Fixed64(1, 5).Text(2, new string('e', random.Next(300))));
        if (random.Next(4) == 0)
            span.Message(13, new WireMessage().Bytes(1, Bytes(16)).Bytes(2, Bytes(8)));
        return span.Message(15, new WireMessage());
    }

    private WireMessage LogRecord()
    {
        var record = new WireMessage().Fixed64(1, (ulong)random.NextInt64()).Varint(2, 9).Text(3, "INFO");
        record.Message(5, Value()).Message(6, Attribute("key", Value())).Fixed32(8, 1);
        for (int i = Occurrences(); i > 0; i--)
            record.Bytes(9, AnyTraceId());
        return record.Bytes(10, Bytes(8));
    }

    private WireMessage Metric()
    {
        var metric = new WireMessage().Text(1, "metric." + random.Next(10)).Text(3, "ms");
        if (random.Next(3) == 0)
            metric.Text(2, new string('d', random.Next(200))).Message(12, Attribute("meta", Value()));
        uint[] kinds = [5, 7, 9, 10, 11];
        uint kind = kinds[random.Next(kinds.Length)];
        for (int i = Occurrences(); i > 0; i--)
        {
            metric.Message(kind, MetricData(kind));
            if (random.Next(3) == 0)
                kind = kinds[random.Next(kinds.Length)];
        }

        return metric;
    }

    private WireMessage MetricData(uint kind)
    {
        var data = new WireMessage();
        for (int p = random.Next(5); p > 0; p--)
        {
            var point = new WireMessage().Fixed64(2, 1).Fixed64(3, (ulong)random.NextInt64());
            for (int i = random.Next(4); i > 0; i--)
                point.Message(kind switch { 9 => 9u, 10 => 1u, _ => 7u }, Attribute(random.Next(2) == 0 ? "key" : "key-" + i, Value()));
            data.Message(1, Ordered(WithUnknown(point)));
        }

        for (int i = Occurrences(); i > 0 && kind is 7 or 9 or 10; i--)
            data.Varint(2, (ulong)random.Next(3));
        if (kind == 7 && random.Next(2) == 0)
            data.Varint(3, (ulong)random.Next(2));
        return Ordered(WithUnknown(data));
    }

    private WireMessage Resource()
    {
        var resource = new WireMessage();
        for (int i = random.Next(3); i > 0; i--)
            resource.Message(1, Attribute("host.name", Value()));
        for (int i = Occurrences(); i > 0; i--)
            resource.Message(1, Attribute("service.name", ServiceNameValue()));
        return Ordered(WithUnknown(resource));
    }

    private WireMessage Attribute(string key, WireMessage value)
    {
        var pair = new WireMessage();
        if (random.Next(10) == 0)
            pair.Text(1, "replaced by the next");
        pair.Text(1, key);
        if (random.Next(10) == 0)
            pair.Message(2, Scalar());
        pair.Message(2, value);
        return random.Next(4) == 0 ? pair.Reverse() : pair;
    }

    private WireMessage ServiceNameValue() => random.Next(5) == 0 ? Value() : new WireMessage().Text(1, _services[random.Next(_services.Length)]);

    private WireMessage Value() => random.Next(8) switch
    {
        0 => new WireMessage().Message(5, new WireMessage().Message(1, Value()).Message(1, new WireMessage())),
        1 => new WireMessage().Message(6, new WireMessage().Message(1, Attribute("b", Value())).Message(1, Attribute("a", Value()))),
        _ => Scalar(),
    };

    /// <summary>A value that may be repeated: the model merges arrays and maps then, where the last counts for the Collector.</summary>
    private WireMessage Scalar() => random.Next(7) switch
    {
        0 => new WireMessage().Varint(2, (ulong)random.Next(2)),
        1 => new WireMessage().Varint(3, (ulong)random.NextInt64(-1000, 1000)),
        2 => new WireMessage().Bytes(7, Bytes(random.Next(20))),
        3 => new WireMessage(),
        5 => new WireMessage().Fixed64(4, BitConverter.DoubleToUInt64Bits(random.Next(4) == 0 ? double.NaN : random.Next(100) / 8.0)),
        _ => new WireMessage().Text(1, random.Next(10_000).ToString(CultureInfo.InvariantCulture)),
    };

    private byte[] AnyTraceId() => _traceIds[random.Next(_traceIds.Length)];

    private static byte[] TraceId(Random random)
    {
        byte[] id = new byte[random.Next(20) == 0 ? 0 : 16];
        if (random.Next(20) != 0)
            random.NextBytes(id);
        return id;
    }

    private WireMessage WithUnknown(WireMessage message)
    {
        for (int i = random.Next(8) == 0 ? 2 : 0; i > 0; i--)
        {
            uint number = FirstUnknownNumber + (uint)random.Next(3);
            _ = random.Next(5) switch
            {
                0 => message.Varint(number, (ulong)random.NextInt64()),
                1 => message.Fixed32(number, (uint)random.Next()),
                2 => message.Fixed64(number, (ulong)random.NextInt64()),
                3 => message.Group(number, new WireMessage().Varint(1, 300).Group(2, new WireMessage().Text(3, "inner"))),
                _ => message.Bytes(number, Bytes(random.Next(200))),
            };
        }

        return message;
    }

    private WireMessage Ordered(WireMessage message) => random.Next(4) switch
    {
        0 => message.Reverse(),
        1 => message.Shuffle(random),
        _ => message,
    };

    /// <summary>How often a singular field occurs: once as a rule.</summary>
    private int Occurrences() => random.Next(10) switch { 0 => 0, 1 => 2, _ => 1 };

    private byte[] Bytes(int length)
    {
        byte[] bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }
}
