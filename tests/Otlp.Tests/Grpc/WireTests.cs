using OrleansLb.Otlp.Grpc;

namespace OrleansLb.Otlp.Tests.Grpc;

public sealed class WireTests
{
    [Fact]
    public void A_frame_header_survives()
    {
        byte[] header = new byte[5];
        GrpcFrame.WriteHeader(header, compressed: true, 0x01020304);
        Assert.Equal([1, 1, 2, 3, 4], header);
        Assert.True(GrpcFrame.TryReadHeader(header, out bool compressed, out uint length));
        Assert.True(compressed);
        Assert.Equal(0x01020304u, length);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(128)]
    [InlineData(255)]
    public void A_flag_that_is_neither_0_nor_1_is_no_frame_header(byte flag) =>
        Assert.False(GrpcFrame.TryReadHeader([flag, 0, 0, 0, 0], out _, out _));

    [Theory]
    [InlineData("")]
    [InlineData("QQ")]
    [InlineData("QQ==")]
    [InlineData("QUI")]
    [InlineData("QUI=")]
    [InlineData("QUJD")]
    public void A_binary_header_is_read_with_and_without_padding(string value)
    {
        Assert.True(GrpcBinaryHeader.TryDecode(value, out byte[] bytes));
        Assert.Equal("ABC"u8[..bytes.Length].ToArray(), bytes);
        Assert.Equal(value.TrimEnd('='), GrpcBinaryHeader.Encode(bytes));
    }

    [Theory]
    [InlineData("Q")]
    [InlineData("QUJDR")]
    [InlineData("Q!==")]
    [InlineData("Q=")]
    public void What_is_no_base64_is_no_binary_header(string value) => Assert.False(GrpcBinaryHeader.TryDecode(value, out _));

    [Fact]
    public void A_partial_success_survives_its_message()
    {
        byte[] message = ExportResponse.Encode(new PartialSuccess(3, "too old"));
        Assert.Equal([0x0A, 11, 0x08, 3, 0x12, 7, .. "too old"u8], message);
        Assert.True(ExportResponse.TryDecode(message, out var partial));
        Assert.Equal(new PartialSuccess(3, "too old"), partial);
    }

    [Fact]
    public void An_empty_answer_and_an_empty_partial_success_are_full_success()
    {
        Assert.True(ExportResponse.TryDecode([], out var partial));
        Assert.Null(partial);
        Assert.True(ExportResponse.TryDecode([0x0A, 0], out partial));
        Assert.Null(partial);
        Assert.Equal(new byte[5], ExportResponse.EmptyFrame.ToArray());
    }

    [Theory]
    [InlineData(new byte[] { 0x0A })]
    [InlineData(new byte[] { 0x0A, 5, 1 })]
    [InlineData(new byte[] { 0x0A, 1, 0x12 })]
    [InlineData(new byte[] { 0x0B })]
    [InlineData(new byte[] { 0x00, 0 })]
    [InlineData(new byte[] { 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1 })]
    public void A_broken_answer_is_told_from_an_empty_one(byte[] message) => Assert.False(ExportResponse.TryDecode(message, out _));

    [Theory]
    [InlineData(Signal.Traces)]
    [InlineData(Signal.Logs)]
    [InlineData(Signal.Metrics)]
    public void A_path_names_its_signal(Signal signal)
    {
        Assert.True(OtlpServices.TryMatchGrpcPath(OtlpServices.GrpcPathOf(signal), out var matched));
        Assert.Equal(signal, matched);
        Assert.False(OtlpServices.TryMatchGrpcPath(OtlpServices.GrpcPathOf(signal) + "s", out _));
        Assert.False(OtlpServices.TryMatchGrpcPath(OtlpServices.GrpcPathOf(signal).ToUpperInvariant(), out _));
    }
}
