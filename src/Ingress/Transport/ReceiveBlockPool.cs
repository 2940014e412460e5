using System.Buffers;
using System.Runtime.InteropServices;
using OrleansLb.Otlp.Memory;

namespace OrleansLb.Ingress.Transport;

/// <summary>
/// The buffers that sockets are read into. Kestrel's own blocks of 4 KiB make a request of 300 KiB cost 80 system calls and as many
/// links in a chain of segments; these make it a handful. The last block returned is the next one rented, while it is still in the cache.
/// </summary>
internal sealed class ReceiveBlockPool(MemoryBudget budget) : MemoryPool<byte>
{
    /// <summary>Bytes of a block.</summary>
    public const int BlockLength = 64 << 10;

    // What a burst has needed beyond this is left to the garbage collector.
    private const int MaxIdleBlocks = 512;

    private readonly Lock _gate = new();
    private readonly Stack<Block> _idle = [];
    private bool _disposed;

    public override int MaxBufferSize => BlockLength;

    /// <summary>Blocks that wait to be rented.</summary>
    public int IdleBlocks
    {
        get
        {
            lock (_gate)
                return _idle.Count;
        }
    }

    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, BlockLength);
        budget.Take(MemoryKind.Receive, BlockLength);
        lock (_gate)
        {
            if (_idle.TryPop(out var block))
            {
                budget.Give(MemoryKind.IdleReceive, BlockLength);
                return block.Leave();
            }
        }

        return new Block(this).Leave();
    }

    protected override void Dispose(bool disposing)
    {
        lock (_gate)
        {
            budget.Give(MemoryKind.IdleReceive, (long)_idle.Count * BlockLength);
            _idle.Clear();
            _disposed = true;
        }
    }

    private void Return(Block block)
    {
        budget.Give(MemoryKind.Receive, BlockLength);
        lock (_gate)
        {
            if (_idle.Count < MaxIdleBlocks && !_disposed && budget.TryKeep(MemoryKind.IdleReceive, BlockLength))
                _idle.Push(block);
        }
    }

    private sealed class Block(ReceiveBlockPool pool) : IMemoryOwner<byte>
    {
        // Pinned for good, so that a pending read does not hold up the collector.
        private readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>(BlockLength, pinned: true);
        private int _rented;

        public Memory<byte> Memory => MemoryMarshal.CreateFromPinnedArray(_bytes, 0, BlockLength);

        public Block Leave()
        {
            _rented = 1;
            return this;
        }

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _rented, 0) == 1)
                pool.Return(this);
        }
    }
}
