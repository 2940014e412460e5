using System.Text;
using OrleansLb.Otlp.Identity;

namespace OrleansLb.Otlp.Tests.Identity;

/// <summary>The chain of one series, link by link, against vectors that were worked out apart from this code.</summary>
public sealed class StreamChainTests
{
    private readonly IdentifierBuffer _buffer = new();

    // {service.name: "checkout"}, see AttributeHashTests
    private static AttributeHash Checkout => new(0x05C231D717081D83, 0x5C7ECFDDE994C14A);

    private static StreamChain Scope => StreamChain.Start.Add(Checkout).Add("s"u8).Add("1"u8).Add(default(AttributeHash));

    [Fact]
    public void The_chain_is_FNV_1a()
    {
        // the published vectors of the function
        Assert.Equal(0xCBF29CE484222325, StreamChain.Start.Hash);
        Assert.Equal(0xAF63DC4C8601EC8C, StreamChain.Start.Add("a"u8).Hash);
        Assert.Equal(0x85944171F73967E8, StreamChain.Start.Add("foo"u8).Add("bar"u8).Hash);
    }

    [Fact]
    public void An_empty_resource_has_an_identity() => Assert.Equal("resource/88201fb960ff6465", Text(StreamChain.Start.Add(default(AttributeHash))));

    [Fact]
    public void A_resource_has_its_golden_identity() => Assert.Equal("resource/9d126046fdb6c015", Text(StreamChain.Start.Add(Checkout)));

    [Fact]
    public void A_scope_goes_on_from_its_resource() => Assert.Equal(0x0B55EF31361D8579u, Scope.Hash);

    [Fact]
    public void A_short_hash_is_not_padded() =>
        Assert.Equal("resource/b55ef31361d8579", Text(Scope));

    [Fact]
    public void A_metric_goes_on_from_its_scope_and_a_stream_from_its_metric()
    {
        // a sum (2) that is monotonic (1) and cumulative (2), with one attribute k = 1
        var metric = Scope.Add("m"u8).Add("1"u8).Add(2).Add(1).Add(2);
        byte[] attribute = [0xF4, (byte)'k', 0xFA, 1, 0, 0, 0, 0, 0, 0, 0];
        var stream = metric.Add(new AttributeHash(XxHash64.Hash(attribute), XxHash64.Hash([.. attribute, 0xF3])));

        Assert.Equal(0xCFF69B471E003C38, metric.Hash);
        Assert.Equal("stream/2825159783f0acbc", Encoding.ASCII.GetString(stream.StreamText(_buffer)));
    }

    private string Text(StreamChain chain) => Encoding.ASCII.GetString(chain.ResourceText(_buffer));
}
