using System.Buffers;
using Microsoft.AspNetCore.Connections;

namespace OrleansLb.Ingress.Transport;

/// <summary>Gives a socket transport its pools of 64 KiB receive blocks: one for each of its I/O queues.</summary>
public sealed class ReceiveBlockPoolFactory : IMemoryPoolFactory<byte>
{
    /// <inheritdoc/>
    public MemoryPool<byte> Create(MemoryPoolOptions? options = null) => new ReceiveBlockPool();
}
