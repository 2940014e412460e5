using OrleansLb.Ingress.Transport;
using OrleansLb.Otlp.Memory;

namespace OrleansLb.Ingress.Tests.Transport;

public sealed class ReceiveBlockPoolTests
{
    [Fact]
    public void Every_block_has_the_full_length_whatever_was_asked_for()
    {
        using var pool = new ReceiveBlockPool(MemoryBudget.Unlimited());
        using var any = pool.Rent();
        using var some = pool.Rent(4096);
        using var all = pool.Rent(ReceiveBlockPool.BlockLength);

        Assert.All(new[] { any, some, all }, block => Assert.Equal(ReceiveBlockPool.BlockLength, block.Memory.Length));
        Assert.Throws<ArgumentOutOfRangeException>(() => pool.Rent(ReceiveBlockPool.BlockLength + 1));
    }

    [Fact]
    public void The_last_block_returned_is_the_next_one_rented()
    {
        using var pool = new ReceiveBlockPool(MemoryBudget.Unlimited());
        var first = pool.Rent();
        var second = pool.Rent();
        first.Dispose();
        second.Dispose();

        Assert.Same(second, pool.Rent());
        Assert.Same(first, pool.Rent());
        Assert.NotSame(first, pool.Rent());
    }

    [Fact]
    public void A_block_that_is_returned_twice_is_not_rented_to_two()
    {
        using var pool = new ReceiveBlockPool(MemoryBudget.Unlimited());
        var block = pool.Rent();
        block.Dispose();
        block.Dispose();

        Assert.Equal(1, pool.IdleBlocks);
    }

    [Fact]
    public void A_burst_is_not_kept_for_good()
    {
        using var pool = new ReceiveBlockPool(MemoryBudget.Unlimited());
        var blocks = Enumerable.Range(0, 600).Select(_ => pool.Rent()).ToList();
        blocks.ForEach(block => block.Dispose());

        Assert.Equal(512, pool.IdleBlocks);
    }

    [Fact]
    public void The_transport_takes_its_buffers_from_the_pool()
    {
        var options = SocketTransport.CreateOptions(MemoryBudget.Unlimited()).Value;
        var property = options.GetType().GetProperty("MemoryPoolFactory", System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.NonPublic);

        Assert.IsType<ReceiveBlockPoolFactory>(property?.GetValue(options));
    }
}
