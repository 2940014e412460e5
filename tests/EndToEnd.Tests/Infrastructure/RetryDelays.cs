using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace OrleansLb.EndToEnd.Tests.Infrastructure;

/// <summary>The trailer <c>grpc-status-details-bin</c>: a google.rpc.Status with one google.rpc.RetryInfo, by the official library's primitives.</summary>
internal static class RetryDelays
{
    private const string TypeUrl = "type.googleapis.com/google.rpc.RetryInfo";

    public static string Write(int status, TimeSpan delay)
    {
        byte[] retryInfo = Message(o => { o.WriteTag(1, WireFormat.WireType.LengthDelimited); o.WriteMessage(Duration.FromTimeSpan(delay)); });
        var any = new Any { TypeUrl = TypeUrl, Value = ByteString.CopyFrom(retryInfo) };
        return Convert.ToBase64String(Message(o =>
        {
            o.WriteTag(1, WireFormat.WireType.Varint);
            o.WriteInt32(status);
            o.WriteTag(3, WireFormat.WireType.LengthDelimited);
            o.WriteMessage(any);
        }));
    }

    /// <summary>The delay of a trailer; null when it has none.</summary>
    public static TimeSpan? Read(string trailer)
    {
        // gRPC leaves the padding out
        var input = new CodedInputStream(Convert.FromBase64String(trailer.PadRight((trailer.Length + 3) / 4 * 4, '=')));
        while (input.ReadTag() is not 0 and var tag)
        {
            if (WireFormat.GetTagFieldNumber(tag) != 3)
            {
                input.SkipLastField();
                continue;
            }

            var detail = Any.Parser.ParseFrom(input.ReadBytes());
            var retryInfo = new CodedInputStream(detail.Value.ToByteArray());
            if (detail.TypeUrl == TypeUrl && retryInfo.ReadTag() != 0)
                return Duration.Parser.ParseFrom(retryInfo.ReadBytes()).ToTimeSpan();
        }

        return null;
    }

    private static byte[] Message(Action<CodedOutputStream> write)
    {
        using var stream = new MemoryStream();
        using (var output = new CodedOutputStream(stream, leaveOpen: true))
            write(output);
        return stream.ToArray();
    }
}
