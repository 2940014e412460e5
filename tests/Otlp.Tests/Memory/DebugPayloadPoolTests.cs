using OrleansLb.Otlp.Memory;
using OrleansLb.Testing;

namespace OrleansLb.Otlp.Tests.Memory;

/// <summary>The pool that other tests rely on must notice what it is there for.</summary>
public sealed class DebugPayloadPoolTests
{
    private readonly DebugPayloadPool _pool = new(traceRents: true);

    [Fact]
    public void Notices_what_is_not_returned()
    {
        var payload = _pool.Rent(10).Seal(10);

        string message = Assert.Throws<InvalidOperationException>(_pool.AssertClean).Message;

        Assert.Contains("was not returned", message, StringComparison.Ordinal);
        Assert.Contains(nameof(Notices_what_is_not_returned), message, StringComparison.Ordinal);
        payload.Release();
    }

    [Fact]
    public void Notices_a_write_after_the_return()
    {
        var buffer = _pool.Rent(10);
        var kept = buffer.Message;
        buffer.Dispose();

        kept.Span[3] = 1;

        Assert.Contains("offset 8", Assert.Throws<InvalidOperationException>(_pool.AssertClean).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Poisons_what_comes_back_and_never_hands_it_out_again()
    {
        var buffer = _pool.Rent(10);
        var kept = buffer.Frame;
        buffer.Dispose();

        using var next = _pool.Rent(10);

        Assert.All(kept.ToArray(), b => Assert.Equal(0xDB, b));
        Assert.False(next.Frame.Equals(kept));
    }

    [Fact]
    public void Notices_a_double_return()
    {
        PayloadPool seam = _pool;
        byte[] array = seam.RentArray(10);
        seam.ReturnArray(array);

        seam.ReturnArray(array);

        Assert.Contains("returned twice", Assert.Throws<InvalidOperationException>(_pool.AssertClean).Message, StringComparison.Ordinal);
    }
}
