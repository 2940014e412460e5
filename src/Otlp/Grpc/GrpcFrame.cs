using System.Buffers.Binary;
using OrleansLb.Otlp.Memory;

namespace OrleansLb.Otlp.Grpc;

/// <summary>The header in front of every gRPC message: a flag (0 plain, 1 compressed) and the message's length, big-endian.</summary>
public static class GrpcFrame
{
    /// <summary>Bytes of the header.</summary>
    public const int HeaderLength = Payload.FrameHeaderLength;

    /// <summary>Reads a header.</summary>
    /// <param name="source">At least <see cref="HeaderLength"/> bytes.</param>
    /// <param name="compressed">Whether the message is coded as <c>grpc-encoding</c> says.</param>
    /// <param name="length">Bytes of the message.</param>
    /// <returns>False when the flag is neither 0 nor 1.</returns>
    public static bool TryReadHeader(ReadOnlySpan<byte> source, out bool compressed, out uint length)
    {
        compressed = source[0] == 1;
        length = BinaryPrimitives.ReadUInt32BigEndian(source[1..HeaderLength]);
        return source[0] <= 1;
    }

    /// <summary>Writes a header into the first <see cref="HeaderLength"/> bytes.</summary>
    public static void WriteHeader(Span<byte> destination, bool compressed, uint length)
    {
        destination[0] = compressed ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteUInt32BigEndian(destination[1..HeaderLength], length);
    }
}
