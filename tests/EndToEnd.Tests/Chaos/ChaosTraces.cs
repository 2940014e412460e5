using System.Buffers.Binary;
using Google.Protobuf;
using OrleansLb.OtlpModel;

namespace OrleansLb.EndToEnd.Tests.Chaos;

/// <summary>The spans of one client: some traces go on for long, so that they see changes, and others come and go.</summary>
internal sealed class ChaosTraces
{
    private const int OpenTraces = 40;
    private const int SpansPerRequest = 15;

    private readonly Random _random;
    private readonly UInt128[] _open = new UInt128[OpenTraces];
    private ulong _next;

    public ChaosTraces(int client, Random random)
    {
        _random = random;
        _next = ((ulong)client << 40) + 1;
        for (int i = 0; i < OpenTraces; i++)
            _open[i] = NewTrace();
    }

    public ExportTraceServiceRequest Next()
    {
        // the first ones stay open for ever
        _open[_random.Next(OpenTraces / 2, OpenTraces)] = NewTrace();
        var scope = new ScopeSpans();
        byte[] id = new byte[16];
        for (int i = 0; i < SpansPerRequest; i++)
        {
            BinaryPrimitives.WriteUInt128BigEndian(id, _open[_random.Next(OpenTraces)]);
            var traceId = ByteString.CopyFrom(id);
            BinaryPrimitives.WriteUInt64BigEndian(id, _next++);
            scope.Spans.Add(new Span { TraceId = traceId, SpanId = ByteString.CopyFrom(id.AsSpan(0, 8)), Name = "chaos" });
        }

        var resource = new Resource { Attributes = { new KeyValue { Key = "service.name", Value = new AnyValue { StringValue = "chaos" } } } };
        return new ExportTraceServiceRequest { ResourceSpans = { new ResourceSpans { Resource = resource, ScopeSpans = { scope } } } };
    }

    private UInt128 NewTrace() => new((ulong)_random.NextInt64(1, long.MaxValue), (ulong)_random.NextInt64());
}
