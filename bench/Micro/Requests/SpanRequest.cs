using Google.Protobuf;
using OrleansLb.OtlpModel;
using static OrleansLb.Micro.Requests.ItemAttributes;

namespace OrleansLb.Micro.Requests;

/// <summary>1000 spans in 5 resources, 8 attributes each: as the reference request, but with as many items to each key as one wants.</summary>
internal static class SpanRequest
{
    private const int Attributes = 8;

    public static byte[] Build(int itemsPerKey)
    {
        var random = new Random(20260801);
        var request = new ExportTraceServiceRequest();
        ByteString[] traces = [.. Enumerable.Range(0, Items / itemsPerKey).Select(_ => Id(random, 16))];
        for (int r = 0; r < Resources; r++)
        {
            var scope = new ScopeSpans { Scope = new InstrumentationScope { Name = "orders.instrumentation", Version = "1.4.2" } };
            for (int i = 0; i < Items / Resources; i++)
            {
                int key = Key(itemsPerKey, r, i);
                scope.Spans.Add(Span(random, traces[key], key));
            }

            request.ResourceSpans.Add(new ResourceSpans { Resource = Resource(random, r), ScopeSpans = { scope } });
        }

        return request.ToByteArray();
    }

    private static Span Span(Random random, ByteString trace, int key)
    {
        var span = new Span
        {
            TraceId = trace,
            SpanId = Id(random, 8),
            ParentSpanId = Id(random, 8),
            Name = "GET /api/orders/{id}",
            Kind = OtlpModel.Span.Types.SpanKind.Server,
            StartTimeUnixNano = 1_780_000_000_000_000_000 + (ulong)random.NextInt64(1_000_000_000),
            EndTimeUnixNano = 1_780_000_001_000_000_000 + (ulong)random.NextInt64(1_000_000_000),
            Status = new Status(),
        };
        for (int a = 0; a < Attributes; a++)
            span.Attributes.Add(Text($"attr.key.{a}", $"value-{key:D5}"));
        return span;
    }
}
