using OrleansLb.Otlp.Memory;
using OrleansLb.Testing;

namespace OrleansLb.Otlp.Tests.Memory;

public sealed class PayloadTests
{
    private readonly DebugPayloadPool _pool = new();

    [Fact]
    public void Sealing_writes_the_frame_header_in_front_of_the_message()
    {
        using var buffer = _pool.Rent(600);
        buffer.Message.Span[..300].Fill(7);

        var payload = buffer.Seal(300, ContentCoding.Gzip);

        Assert.Equal([1, 0, 0, 1, 44], payload.Frame[..Payload.FrameHeaderLength].ToArray());
        Assert.Equal(Enumerable.Repeat((byte)7, 300), payload.Message.ToArray());
        Assert.Equal(305, payload.Frame.Length);
        Assert.Equal((300, ContentCoding.Gzip), (payload.Length, payload.Coding));
        payload.Release();
        _pool.AssertClean();
    }

    [Fact]
    public void The_last_of_several_owners_gives_the_memory_back()
    {
        var payload = Sealed(10);
        payload.Retain().Retain();

        payload.Release();
        payload.Release();
        Assert.Equal(1, _pool.Outstanding);
        Assert.Equal(10, payload.Message.Length);
        payload.Release();

        _pool.AssertClean();
    }

    [Fact]
    public void A_released_payload_cannot_be_read_retained_or_released()
    {
        var payload = Sealed(10);
        payload.Release();

        Assert.Throws<ObjectDisposedException>(() => payload.Message);
        Assert.Throws<ObjectDisposedException>(() => payload.Frame);
        Assert.Throws<ObjectDisposedException>(payload.Retain);
        Assert.Throws<ObjectDisposedException>(payload.Release);
        _pool.AssertClean();
    }

    [Fact]
    public async Task Owners_on_many_threads_release_exactly_once()
    {
        for (int round = 0; round < 200; round++)
        {
            var payload = Sealed(10);
            var owners = Enumerable.Range(0, 4).Select(_ => payload.Retain()).ToArray();
            payload.Release();
            await Task.WhenAll(owners.Select(owner => Task.Run(owner.Release)));
        }

        _pool.AssertClean();
        Assert.Equal(200, _pool.Rents);
    }

    [Fact]
    public void A_buffer_that_is_not_sealed_goes_back_once()
    {
        var buffer = _pool.Rent(10);

        buffer.Dispose();
        buffer.Dispose();

        Assert.Throws<ObjectDisposedException>(() => buffer.Message);
        _pool.AssertClean();
    }

    [Fact]
    public void Disposing_a_sealed_buffer_leaves_the_payload_alone()
    {
        var buffer = _pool.Rent(10);
        var payload = buffer.Seal(10);

        buffer.Dispose();

        Assert.Equal(1, _pool.Outstanding);
        payload.Release();
        _pool.AssertClean();
    }

    [Fact]
    public void Growing_keeps_what_was_written_and_returns_the_smaller_array()
    {
        using var buffer = _pool.Rent(4);
        new byte[] { 1, 2, 3, 4 }.CopyTo(buffer.Message.Span);

        buffer.Grow(100, Payload.FrameHeaderLength + 4);
        buffer.Grow(50, Payload.FrameHeaderLength + 4);

        Assert.Equal(100, buffer.Capacity);
        Assert.Equal([1, 2, 3, 4], buffer.Message[..4].ToArray());
        Assert.Equal((2, 1), (_pool.Rents, _pool.Outstanding));
        buffer.Dispose();
        _pool.AssertClean();
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(11)]
    public void No_more_can_be_sealed_than_there_is_room(int length)
    {
        using var buffer = _pool.Rent(10);

        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.Seal(length));
    }

    [Fact]
    public void A_copy_belongs_to_no_pool()
    {
        var payload = Payload.CopyOf([1, 2, 3]);

        Assert.Equal([1, 2, 3], payload.Message.ToArray());
        Assert.Equal([0, 0, 0, 0, 3, 1, 2, 3], payload.Frame.ToArray());
        payload.Release();
        Assert.Throws<ObjectDisposedException>(() => payload.Message);
    }

    [Fact]
    public void The_shared_pool_serves_any_length()
    {
        var payload = PayloadPool.Shared.Rent(0).Seal(0);

        Assert.True(payload.Message.IsEmpty);
        payload.Release();
    }

    private Payload Sealed(int length) => _pool.Rent(length).Seal(length);
}
