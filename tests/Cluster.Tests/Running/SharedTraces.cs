using System.Buffers.Binary;
using Google.Protobuf;
using OrleansLb.OtlpModel;

namespace OrleansLb.Cluster.Tests.Running;

/// <summary>Traces that are open for all clients at the same time, so that the spans of one come in through every member.</summary>
internal sealed class SharedTraces
{
    private const int Open = 400;

    private readonly UInt128[] _open = [.. Enumerable.Range(0, Open).Select(static _ => NewTrace())];
    private readonly Lock _gate = new();
    private ulong _nextSpan = 1;

    public ExportTraceServiceRequest Next(int spans)
    {
        var scope = new ScopeSpans();
        Span<byte> id = stackalloc byte[16];
        lock (_gate)
        {
            // one half comes and goes, the other is open from the begin to the end
            _open[Random.Shared.Next(Open / 2, Open)] = NewTrace();
            for (int i = 0; i < spans; i++)
            {
                BinaryPrimitives.WriteUInt128BigEndian(id, _open[Random.Shared.Next(Open)]);
                var trace = ByteString.CopyFrom(id);
                BinaryPrimitives.WriteUInt64BigEndian(id, _nextSpan++);
                scope.Spans.Add(new Span { TraceId = trace, SpanId = ByteString.CopyFrom(id[..8]), Name = "cluster" });
            }
        }

        var resource = new Resource { Attributes = { new KeyValue { Key = "service.name", Value = new AnyValue { StringValue = "cluster" } } } };
        return new ExportTraceServiceRequest { ResourceSpans = { new ResourceSpans { Resource = resource, ScopeSpans = { scope } } } };
    }

    private static UInt128 NewTrace() => new((ulong)Random.Shared.NextInt64(1, long.MaxValue), (ulong)Random.Shared.NextInt64());
}
