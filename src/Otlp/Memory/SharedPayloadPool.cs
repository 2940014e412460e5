using System.Buffers;

namespace OrleansLb.Otlp.Memory;

/// <summary>The runtime's shared array pool.</summary>
internal sealed class SharedPayloadPool : PayloadPool
{
    protected internal override byte[] RentArray(int minimumLength) => ArrayPool<byte>.Shared.Rent(minimumLength);

    protected internal override void ReturnArray(byte[] array) => ArrayPool<byte>.Shared.Return(array);
}
