using System.Buffers;
using Microsoft.AspNetCore.Connections;
using OrleansLb.Otlp.Memory;

namespace OrleansLb.Ingress.Transport;

/// <summary>Gives a socket transport its pools of 64 KiB receive blocks: one for each of its I/O queues.</summary>
/// <param name="budget">The account that the blocks are put on.</param>
public sealed class ReceiveBlockPoolFactory(MemoryBudget budget) : IMemoryPoolFactory<byte>
{
    /// <inheritdoc/>
    public MemoryPool<byte> Create(MemoryPoolOptions? options = null) => new ReceiveBlockPool(budget);
}
