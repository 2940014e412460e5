using System.Buffers;
using System.Text;

namespace OrleansLb.Otlp.Grpc;

/// <summary>
/// <c>google.rpc.Status</c> {1 code, 2 message, 3 details} with a <c>google.rpc.RetryInfo</c> {1 Duration {1 seconds, 2 nanos}} among
/// its details: the content of <c>grpc-status-details-bin</c> and of the body of an OTLP/HTTP error.
/// </summary>
public static class RpcStatus
{
    /// <summary>The content type of a status as the body of an OTLP/HTTP answer.</summary>
    public const string ContentType = "application/x-protobuf";

    private const string RetryInfoType = "type.googleapis.com/google.rpc.RetryInfo";
    private const int NanosecondsPerTick = 100;

    private static ReadOnlySpan<byte> RetryInfoName => "google.rpc.RetryInfo"u8;

    /// <summary>The message of a status; a <see cref="GrpcStatus.RetryDelay"/> becomes a RetryInfo detail.</summary>
    public static byte[] Encode(in GrpcStatus status)
    {
        var output = new ArrayBufferWriter<byte>(64);
        var writer = new FieldWriter(output);
        writer.Integer(1, (int)status.Code);
        writer.Text(2, status.Message);
        if (status.RetryDelay is { } delay)
            writer.Message(3, RetryInfoDetail(delay));
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Reads a status; details other than RetryInfo are passed over. False when the bytes are no such message.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> message, out GrpcStatus status)
    {
        long code = 0;
        string? text = null;
        TimeSpan? delay = null;
        var reader = new FieldReader(message);
        while (reader.Read())
        {
            switch (reader.Number)
            {
                case 1 when reader.Varint is { } value:
                    code = (long)value;
                    break;
                case 2 when reader.IsBytes:
                    text = Encoding.UTF8.GetString(reader.Bytes);
                    break;
                case 3 when reader.IsBytes:
                    delay = RetryDelayOf(reader.Bytes) ?? delay;
                    break;
            }
        }

        status = reader.Malformed ? default : new GrpcStatus(GrpcStatus.CodeOf(code), text, delay);
        return !reader.Malformed;
    }

    private static byte[] RetryInfoDetail(TimeSpan delay)
    {
        long ticks = Math.Max(0, delay.Ticks);
        var duration = new ArrayBufferWriter<byte>(16);
        var writer = new FieldWriter(duration);
        writer.Integer(1, ticks / TimeSpan.TicksPerSecond);
        writer.Integer(2, ticks % TimeSpan.TicksPerSecond * NanosecondsPerTick);

        var retryInfo = new ArrayBufferWriter<byte>(18);
        new FieldWriter(retryInfo).Message(1, duration.WrittenSpan);

        var any = new ArrayBufferWriter<byte>(72);
        writer = new FieldWriter(any);
        writer.Text(1, RetryInfoType);
        writer.Message(2, retryInfo.WrittenSpan);
        return any.WrittenSpan.ToArray();
    }

    private static TimeSpan? RetryDelayOf(ReadOnlySpan<byte> any)
    {
        bool isRetryInfo = false;
        ReadOnlySpan<byte> retryInfo = default;
        var reader = new FieldReader(any);
        while (reader.Read())
        {
            if (reader.Number == 1 && reader.IsBytes)
                isRetryInfo = IsRetryInfo(reader.Bytes);
            else if (reader.Number == 2 && reader.IsBytes)
                retryInfo = reader.Bytes;
        }

        if (!isRetryInfo || reader.Malformed)
            return null;

        TimeSpan delay = TimeSpan.Zero;
        reader = new FieldReader(retryInfo);
        while (reader.Read())
        {
            if (reader.Number == 1 && reader.IsBytes)
                delay = DurationOf(reader.Bytes);
        }

        return reader.Malformed ? null : delay;
    }

    // only the part of a type URL behind the last slash names the type
    private static bool IsRetryInfo(ReadOnlySpan<byte> typeUrl) => typeUrl[(typeUrl.LastIndexOf((byte)'/') + 1)..].SequenceEqual(RetryInfoName);

    private static TimeSpan DurationOf(ReadOnlySpan<byte> duration)
    {
        long seconds = 0, nanos = 0;
        var reader = new FieldReader(duration);
        while (reader.Read())
        {
            if (reader.Number == 1)
                seconds = (long)reader.Varint.GetValueOrDefault();
            else if (reader.Number == 2)
                nanos = (int)reader.Varint.GetValueOrDefault();
        }

        if (reader.Malformed || seconds < 0 || nanos < 0)
            return TimeSpan.Zero;
        seconds = Math.Min(seconds, (long)GrpcTimeout.Maximum.TotalSeconds);
        return new TimeSpan((seconds * TimeSpan.TicksPerSecond) + (Math.Min(nanos, 999_999_999) / NanosecondsPerTick));
    }
}
