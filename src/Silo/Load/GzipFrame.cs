using System.Buffers.Binary;
using System.IO.Compression;

namespace OrleansLb.Silo.Load;

/// <summary>A gRPC frame whose message is gzipped.</summary>
internal static class GzipFrame
{
    /// <summary>The compressed twin of an uncompressed request.</summary>
    public static TraceRequest Of(TraceRequest request)
    {
        using var compressed = new MemoryStream();
        compressed.Write([1, 0, 0, 0, 0]);
        using (var gzip = new GZipStream(compressed, CompressionLevel.Optimal, leaveOpen: true))
            gzip.Write(request.Message);
        byte[] frame = compressed.ToArray();
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(1), (uint)(frame.Length - 5));
        return request with { Frame = frame, TraceIds = [], ServiceNumbers = [] };
    }
}
