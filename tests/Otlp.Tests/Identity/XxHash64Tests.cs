using System.Text;
using OrleansLb.Otlp.Identity;

namespace OrleansLb.Otlp.Tests.Identity;

public sealed class XxHash64Tests
{
    // published vectors of the function, seed 0
    [Theory]
    [InlineData("", 0xEF46DB3751D8E999)]
    [InlineData("a", 0xD24EC4F1A98C6E5B)]
    [InlineData("abc", 0x44BC2CF5AD770999)]
    [InlineData("Nobody inspects the spammish repetition", 0xFBCEA83C8A378BF1)]
    public void A_text_has_its_published_hash(string text, ulong hash) => Assert.Equal(hash, XxHash64.Hash(Encoding.ASCII.GetBytes(text)));

    [Fact]
    public void Both_hashes_are_those_of_the_bytes_without_the_last_and_with_it()
    {
        byte[] bytes = new byte[200];
        new Random(7).NextBytes(bytes);
        for (int length = 1; length <= bytes.Length; length++)
        {
            ulong without = XxHash64.HashBoth(bytes.AsSpan(0, length), out ulong with);
            Assert.Equal((XxHash64.Hash(bytes.AsSpan(0, length - 1)), XxHash64.Hash(bytes.AsSpan(0, length))), (without, with));
        }
    }
}
