using System.IO.Compression;
using OrleansLb.Otlp;

namespace OrleansLb.Ingress.Tests.Receivers;

/// <summary>Small export requests, written by hand so that nothing of the product is needed to make them.</summary>
internal static class OtlpRequests
{
    /// <summary>A request of one resource and scope with this many items, each with some bytes of its own.</summary>
    public static byte[] Of(Signal signal, int items, int bytesPerItem = 20)
    {
        byte[] scope = [];
        for (int item = 0; item < items; item++)
        {
            byte[] filling = new byte[bytesPerItem];
            filling.AsSpan().Fill((byte)('a' + (item % 26)));

            // a span's name, a record's severity text; a metric's gauge needs a level more
            byte[] inner = signal == Signal.Metrics
                ? [.. Field(1, filling), .. Field(5, Field(1, []))]
                : Field(signal == Signal.Traces ? 5 : 3, filling);
            scope = [.. scope, .. Field(2, inner)];
        }

        return Field(1, Field(2, scope));
    }

    /// <summary>One gRPC message.</summary>
    public static byte[] Frame(ReadOnlySpan<byte> message, byte flag = 0)
    {
        byte[] frame = new byte[message.Length + 5];
        frame[0] = flag;
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Length);
        message.CopyTo(frame.AsSpan(5));
        return frame;
    }

    public static byte[] Gzip(ReadOnlySpan<byte> message)
    {
        using var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Optimal))
            gzip.Write(message);
        return output.ToArray();
    }

    /// <summary>Gzip of this many zeros, which is about a thousandth as long.</summary>
    public static byte[] Bomb(int size)
    {
        using var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Optimal))
        {
            byte[] zeros = new byte[1 << 16];
            for (int written = 0; written < size; written += zeros.Length)
                gzip.Write(zeros);
        }

        return output.ToArray();
    }

    private static byte[] Field(int number, ReadOnlySpan<byte> value)
    {
        var bytes = new List<byte> { (byte)((number << 3) | 2) };
        for (uint length = (uint)value.Length; ; length >>= 7)
        {
            bytes.Add((byte)((length & 0x7F) | (length > 0x7F ? 0x80u : 0)));
            if (length <= 0x7F)
                break;
        }

        return [.. bytes, .. value];
    }
}
