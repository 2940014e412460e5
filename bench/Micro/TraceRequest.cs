using Google.Protobuf;
using OrleansLb.OtlpModel;

namespace OrleansLb.Micro;

/// <summary>The request that all figures refer to: 1000 spans of about 310 bytes, 10 per trace, in 5 resources, 8 attributes each.</summary>
internal static class TraceRequest
{
    /// <summary>Traces of the whole request.</summary>
    public const int Traces = 100;

    private const int SpansPerTrace = 10;
    private const int Resources = 5;
    private const int Attributes = 8;

    public static byte[] Build(int count = Traces)
    {
        var random = new Random(20260801);
        var request = new ExportTraceServiceRequest();
        byte[][] traces = [.. Enumerable.Range(0, count).Select(_ => Bytes(random, 16))];
        for (int r = 0; r < Resources; r++)
        {
            var scope = new ScopeSpans { Scope = new InstrumentationScope { Name = "orders.instrumentation", Version = "1.4.2" } };
            foreach (byte[] trace in traces)
            {
                for (int s = 0; s < SpansPerTrace / Resources; s++)
                    scope.Spans.Add(BuildSpan(random, trace));
            }

            var resource = new Resource();
            resource.Attributes.Add(Text("service.name", $"service-{r}"));
            resource.Attributes.Add(Text("service.instance.id", new Guid(Bytes(random, 16)).ToString()));
            resource.Attributes.Add(Text("k8s.pod.name", $"service-{r}-6f7d8c9b5-x2k4q"));
            request.ResourceSpans.Add(new ResourceSpans { Resource = resource, ScopeSpans = { scope } });
        }

        return request.ToByteArray();
    }

    private static Span BuildSpan(Random random, byte[] trace)
    {
        var span = new Span
        {
            TraceId = ByteString.CopyFrom(trace),
            SpanId = ByteString.CopyFrom(Bytes(random, 8)),
            ParentSpanId = ByteString.CopyFrom(Bytes(random, 8)),
            Name = "GET /api/orders/{id}",
            Kind = Span.Types.SpanKind.Server,
            StartTimeUnixNano = 1_780_000_000_000_000_000 + (ulong)random.NextInt64(1_000_000_000),
            EndTimeUnixNano = 1_780_000_001_000_000_000 + (ulong)random.NextInt64(1_000_000_000),
            Status = new Status(),
        };
        for (int a = 0; a < Attributes; a++)
            span.Attributes.Add(Text($"attr.key.{a}", $"value-{random.Next(100_000):D5}"));
        return span;
    }

    private static KeyValue Text(string key, string value) => new() { Key = key, Value = new AnyValue { StringValue = value } };

    private static byte[] Bytes(Random random, int length)
    {
        byte[] bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }
}
