using Google.Protobuf;
using OrleansLb.OtlpModel;
using static OrleansLb.Micro.Requests.ItemAttributes;

namespace OrleansLb.Micro.Requests;

/// <summary>1000 log records in 5 resources, 8 attributes each.</summary>
internal static class LogRequest
{
    public static byte[] Build(int itemsPerKey)
    {
        var random = new Random(20260802);
        var request = new ExportLogsServiceRequest();
        ByteString[] traces = [.. Enumerable.Range(0, Items / itemsPerKey).Select(_ => Id(random, 16))];
        for (int r = 0; r < Resources; r++)
        {
            var scope = new ScopeLogs { Scope = new InstrumentationScope { Name = "orders.instrumentation", Version = "1.4.2" } };
            for (int i = 0; i < Items / Resources; i++)
            {
                int key = Key(itemsPerKey, r, i);
                scope.LogRecords.Add(Record(random, traces[key], key));
            }

            request.ResourceLogs.Add(new ResourceLogs { Resource = Resource(random, r), ScopeLogs = { scope } });
        }

        return request.ToByteArray();
    }

    private static LogRecord Record(Random random, ByteString trace, int key)
    {
        ulong time = 1_780_000_000_000_000_000 + (ulong)random.NextInt64(1_000_000_000);
        return new LogRecord
        {
            TimeUnixNano = time,
            ObservedTimeUnixNano = time + 1000,
            SeverityNumber = 9,
            SeverityText = "INFO",
            Body = new AnyValue { StringValue = $"order {key:D5} accepted for delivery" },
            TraceId = trace,
            SpanId = Id(random, 8),
            Attributes =
            {
                Text("http.request.method", "POST"),
                Text("http.route", "/api/orders/{id}"),
                Number("http.response.status_code", 201),
                Text("code.function.name", "Orders.Accept"),
                Number("thread.id", random.Next(64)),
                Text("user.id", $"user-{key:D4}"),
                Text("session.id", $"{(ulong)key * 0x9E3779B97F4A7C15:x16}"),
                Text("log.iostream", "stdout"),
            },
        };
    }
}
