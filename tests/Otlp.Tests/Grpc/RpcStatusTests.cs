using OrleansLb.Otlp.Grpc;

namespace OrleansLb.Otlp.Tests.Grpc;

public sealed class RpcStatusTests
{
    public static TheoryData<GrpcStatus> Statuses =>
    [
        GrpcStatus.Ok,
        new(GrpcStatusCode.InvalidArgument, "größe"),
        new(GrpcStatusCode.Unavailable, "queue is full", TimeSpan.FromSeconds(3)),
        new(GrpcStatusCode.ResourceExhausted, null, TimeSpan.Zero),
        new(GrpcStatusCode.Unavailable, "x", TimeSpan.FromTicks(12_345_678)),
    ];

    [Theory]
    [MemberData(nameof(Statuses))]
    public void A_status_survives_its_message(GrpcStatus status)
    {
        Assert.True(RpcStatus.TryDecode(RpcStatus.Encode(status), out var read));
        Assert.Equal(status, read);
    }

    [Fact]
    public void The_message_is_the_one_that_protobuf_prescribes()
    {
        byte[] expected =
        [
            0x08, 14,
            0x12, 4, .. "full"u8,
            0x1A, 0x2A + 9, 0x0A, 0x28, .. "type.googleapis.com/google.rpc.RetryInfo"u8, 0x12, 7, 0x0A, 5, 0x08, 2, 0x10, 0xE8, 0x07,
        ];
        Assert.Equal(expected, RpcStatus.Encode(new GrpcStatus(GrpcStatusCode.Unavailable, "full", new TimeSpan((2 * TimeSpan.TicksPerSecond) + 10))));
    }

    [Fact]
    public void Other_details_and_unknown_fields_are_passed_over()
    {
        byte[] message =
        [
            0x1A, 5, 0x0A, 3, .. "x/y"u8,
            0x08, 8,
            0x79, 1, 2, 3, 4, 5, 6, 7, 8,
            0x7D, 1, 2, 3, 4,
        ];
        Assert.True(RpcStatus.TryDecode(message, out var status));
        Assert.Equal(new GrpcStatus(GrpcStatusCode.ResourceExhausted), status);
    }

    [Fact]
    public void A_negative_or_absurd_delay_is_bounded()
    {
        var negative = Replace(new GrpcStatus(GrpcStatusCode.Unavailable, null, TimeSpan.FromSeconds(1)), seconds: -1);
        Assert.True(RpcStatus.TryDecode(negative, out var status));
        Assert.Equal(TimeSpan.Zero, status.RetryDelay);

        var absurd = Replace(new GrpcStatus(GrpcStatusCode.Unavailable, null, TimeSpan.FromSeconds(1)), seconds: long.MaxValue);
        Assert.True(RpcStatus.TryDecode(absurd, out status));
        Assert.Equal(GrpcTimeout.Maximum, status.RetryDelay);
    }

    [Fact]
    public void Random_and_mutated_bytes_give_an_answer_and_no_exception()
    {
        var random = new Random(4711);
        byte[] whole = RpcStatus.Encode(new GrpcStatus(GrpcStatusCode.Unavailable, "queue is full", TimeSpan.FromSeconds(3)));
        for (int round = 0; round < 20_000; round++)
        {
            byte[] bytes = [.. whole[..random.Next(whole.Length + 1)]];
            for (int change = random.Next(4); change > 0 && bytes.Length > 0; change--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            RpcStatus.TryDecode(bytes, out _);
            ExportResponse.TryDecode(bytes, out _);
        }
    }

    [Theory]
    [InlineData("0", GrpcStatusCode.Ok)]
    [InlineData("16", GrpcStatusCode.Unauthenticated)]
    [InlineData("17", GrpcStatusCode.Unknown)]
    [InlineData("2000000000", GrpcStatusCode.Unknown)]
    public void A_status_code_is_read(string value, GrpcStatusCode code)
    {
        Assert.True(GrpcStatus.TryParseCode(value, out var read));
        Assert.Equal(code, read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("OK")]
    public void What_is_no_number_is_no_status_code(string value) => Assert.False(GrpcStatus.TryParseCode(value, out _));

    // the detail ends in {1: {1: seconds}}; 1 second is the last byte of the message
    private static byte[] Replace(GrpcStatus status, long seconds)
    {
        byte[] message = RpcStatus.Encode(status);
        byte[] varint = new byte[10];
        int length = 0;
        for (ulong rest = (ulong)seconds; length == 0 || rest != 0; rest >>= 7)
            varint[length++] = (byte)((rest & 0x7F) | (rest > 0x7F ? 0x80u : 0));
        byte[] longer = [.. message[..^1], .. varint[..length]];

        // the lengths of detail, value, duration and the field around it grow alike
        int detail = Array.IndexOf(longer, (byte)0x1A) + 1;
        longer[detail] += (byte)(length - 1);
        longer[message.Length - 5] += (byte)(length - 1);
        longer[message.Length - 3] += (byte)(length - 1);
        return longer;
    }
}
