using System.Buffers.Binary;
using Google.Protobuf;
using OrleansLb.OtlpModel;

namespace OrleansLb.EndToEnd.Tests.Infrastructure;

/// <summary>Makes requests of whole traces; factories of different seeds never make the same ID.</summary>
internal sealed class TraceFactory(int seed = 1)
{
    private readonly Random _random = new(seed);
    private ulong _nextSpan = ((ulong)seed << 32) + 1;

    public HashSet<string> SpanIds { get; } = [];

    /// <summary>More spans of the traces of a request: as many again, with IDs of their own.</summary>
    public ExportTraceServiceRequest More(ExportTraceServiceRequest begun)
    {
        var request = begun.Clone();
        foreach (var span in request.ResourceSpans.SelectMany(static r => r.ScopeSpans).SelectMany(static s => s.Spans))
            span.SpanId = NewSpanId();
        return request;
    }

    /// <summary>A request of <paramref name="traces"/> traces with <paramref name="spansPerTrace"/> spans each, over two resources.</summary>
    public ExportTraceServiceRequest Request(int traces, int spansPerTrace = 3, string name = "span")
    {
        var scopes = new[] { new ScopeSpans(), new ScopeSpans() };
        for (int t = 0; t < traces; t++)
        {
            byte[] traceId = new byte[16];
            _random.NextBytes(traceId);
            for (int s = 0; s < spansPerTrace; s++)
            {
                scopes[s % 2].Spans.Add(new Span { TraceId = ByteString.CopyFrom(traceId), SpanId = NewSpanId(), Name = $"{name} {s}" });
            }
        }

        var request = new ExportTraceServiceRequest();
        for (int r = 0; r < scopes.Length; r++)
        {
            var resource = new Resource();
            resource.Attributes.Add(new KeyValue { Key = "service.name", Value = new AnyValue { StringValue = $"service-{r}" } });
            request.ResourceSpans.Add(new ResourceSpans { Resource = resource, ScopeSpans = { scopes[r] } });
        }

        return request;
    }

    private ByteString NewSpanId()
    {
        byte[] spanId = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(spanId, _nextSpan++);
        SpanIds.Add(Convert.ToHexStringLower(spanId));
        return ByteString.CopyFrom(spanId);
    }
}
