using OrleansLb.Grains.Exporting;
using OrleansLb.Otlp;
using OrleansLb.Otlp.Compression;
using OrleansLb.Otlp.Memory;

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
    public static ExportPart Of(PayloadPool pool, params int[] traces)
    {
        byte[] spans = [.. traces.SelectMany(static trace => Field(2, Field(1, TraceId(trace))))];
        byte[] message = Field(1, Field(2, spans));
        using var buffer = pool.Rent(message.Length);
        message.CopyTo(buffer.Message);
        return new ExportPart { Signal = Signal.Traces, ItemCount = traces.Length, Payload = buffer.Seal(message.Length) };
    }

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
        from resourceSpans in FieldsOf(message)
        from scopeSpans in FieldsOf(resourceSpans)
        from span in FieldsOf(scopeSpans)
        from traceId in FieldsOf(span)
        select BitConverter.ToInt32(traceId);

    private static byte[] Field(int number, byte[] value)
    {
        var field = new List<byte> { (byte)((number << 3) | 2) };
        int length = value.Length;
        for (; length >= 0x80; length >>= 7)
            field.Add((byte)(length | 0x80));
        field.Add((byte)length);
        field.AddRange(value);
        return [.. field];
    }

    private static IEnumerable<byte[]> FieldsOf(byte[] message)
    {
        for (int at = 0; at < message.Length;)
        {
            at++;
            int length = 0, shift = 0;
            do
                length |= (message[at] & 0x7F) << (7 * shift++);
            while (message[at++] >= 0x80);
            yield return message[at..(at + length)];
            at += length;
        }
    }
}
