namespace OrleansLb.Testing;

/// <summary>Small OTLP trace requests in wire form, for tests that care where spans go and not what is in them.</summary>
public static class TraceRequests
{
    /// <summary>A request with one span per trace ID, all of one resource and scope.</summary>
    public static byte[] Of(params IEnumerable<byte[]> traceIds) => Of("checkout", traceIds);

    /// <summary>A request of one service with one span per trace ID.</summary>
    public static byte[] Of(string service, params IEnumerable<byte[]> traceIds)
    {
        ArgumentNullException.ThrowIfNull(traceIds);
        byte[] serviceName = [.. Field(1, "service.name"u8), .. Field(2, Field(1, System.Text.Encoding.UTF8.GetBytes(service)))];
        byte[] spans = [.. traceIds.SelectMany(static id => Field(2, Field(1, id)))];
        return Field(1, [.. Field(1, Field(1, serviceName)), .. Field(2, spans)]);
    }

    /// <summary>This many random trace IDs, the same ones each time.</summary>
    public static IEnumerable<byte[]> TraceIds(int count)
    {
        var random = new Random(count);
        for (int i = 0; i < count; i++)
        {
            byte[] id = new byte[16];
            random.NextBytes(id);
            yield return id;
        }
    }

    private static byte[] Field(int number, ReadOnlySpan<byte> content)
    {
        var field = new List<byte> { (byte)((number << 3) | 2) };
        uint length = (uint)content.Length;
        for (; length >= 0x80; length >>= 7)
            field.Add((byte)(length | 0x80));
        field.Add((byte)length);
        field.AddRange(content);
        return [.. field];
    }
}
