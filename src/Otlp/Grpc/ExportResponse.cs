using System.Buffers;
using System.Text;

namespace OrleansLb.Otlp.Grpc;

/// <summary>The answer to an OTLP export of any signal: {1 partial_success {1 rejected, 2 error_message}}.</summary>
public static class ExportResponse
{
    /// <summary>Full success as a gRPC message: five zero bytes, the frame header of an empty message.</summary>
    public static ReadOnlyMemory<byte> EmptyFrame { get; } = new byte[GrpcFrame.HeaderLength];

    /// <summary>The message of a partial success, without a frame header.</summary>
    public static byte[] Encode(PartialSuccess partial)
    {
        var inner = new ArrayBufferWriter<byte>(64);
        var writer = new FieldWriter(inner);
        writer.Integer(1, partial.RejectedItems);
        writer.Text(2, partial.ErrorMessage);

        var output = new ArrayBufferWriter<byte>(inner.WrittenCount + 8);
        new FieldWriter(output).Message(1, inner.WrittenSpan);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Reads an answer.</summary>
    /// <param name="message">The message, without a frame header.</param>
    /// <param name="partial">The partial success; null when everything was taken (an empty partial_success means that too).</param>
    /// <returns>False when the bytes are no such message.</returns>
    public static bool TryDecode(ReadOnlySpan<byte> message, out PartialSuccess? partial)
    {
        partial = null;
        long rejected = 0;
        string text = "";
        var reader = new FieldReader(message);
        while (reader.Read())
        {
            if (reader.Number != 1 || !reader.IsBytes)
                continue;
            var inner = new FieldReader(reader.Bytes);
            while (inner.Read())
            {
                if (inner.Number == 1 && inner.Varint is { } count)
                    rejected = (long)count;
                else if (inner.Number == 2 && inner.IsBytes)
                    text = Encoding.UTF8.GetString(inner.Bytes);
            }

            if (inner.Malformed)
                return false;
        }

        if (reader.Malformed)
            return false;
        if (rejected != 0 || text.Length > 0)
            partial = new PartialSuccess(rejected, text);
        return true;
    }
}
