using OrleansLb.Grains.Exporting.Messages;
using OrleansLb.Otlp;
using OrleansLb.Otlp.Memory;
using OrleansLb.Testing;

namespace OrleansLb.Grains.Tests.Exporting;

/// <summary>Trace export requests with one span per trace, whose ID starts with the trace's number.</summary>
internal static class TraceRequest
{
    private const int TraceIdLength = 16;

    /// <summary>The bytes of a trace ID.</summary>
    public static byte[] TraceId(int number)
    {
        byte[] id = new byte[TraceIdLength];
        BitConverter.TryWriteBytes(id, number);
        id[^1] = 0xEE;
        return id;
    }

    /// <summary>A part whose payload, out of the pool, has one reference: the caller's.</summary>
    public static ExportPart Of(PayloadPool pool, params int[] traces) => new()
    {
        Signal = Signal.Traces,
        ItemCount = traces.Length,
        Payload = pool.CopyOf(TraceRequests.Of(traces.Select(TraceId))),
    };

    /// <summary>The numbers of the traces in a request, however it is coded.</summary>
    public static int[] TracesOf(Payload payload)
    {
        if (payload.Coding == ContentCoding.Identity)
            return [.. NumbersIn(payload.Message.ToArray())];
        using var plain = new MemoryStream();
        using (var gzip = new System.IO.Compression.GZipStream(new MemoryStream(payload.Message.ToArray()), System.IO.Compression.CompressionMode.Decompress))
            gzip.CopyTo(plain);
        return [.. NumbersIn(plain.ToArray())];
    }

    private static IEnumerable<int> NumbersIn(byte[] message) =>
        from resourceSpans in FieldsOf(message, 1)
        from scopeSpans in FieldsOf(resourceSpans, 2)
        from span in FieldsOf(scopeSpans, 2)
        from traceId in FieldsOf(span, 1)
        select BitConverter.ToInt32(traceId);

    private static IEnumerable<byte[]> FieldsOf(byte[] message, int number)
    {
        for (int at = 0; at < message.Length;)
        {
            int tag = message[at++];
            int length = 0, shift = 0;
            do
                length |= (message[at] & 0x7F) << (7 * shift++);
            while (message[at++] >= 0x80);
            if (tag >> 3 == number)
                yield return message[at..(at + length)];
            at += length;
        }
    }
}
