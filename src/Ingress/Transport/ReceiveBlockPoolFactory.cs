using System.Buffers;
using Microsoft.AspNetCore.Connections;

namespace OrleansLb.Ingress.Transport;

/// <summary>Gives the socket transport its pools: one for each of its I/O queues.</summary>
internal sealed class ReceiveBlockPoolFactory : IMemoryPoolFactory<byte>
{
    public MemoryPool<byte> Create(MemoryPoolOptions? options = null) => new ReceiveBlockPool();
}
