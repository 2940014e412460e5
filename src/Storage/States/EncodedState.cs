using System.Buffers;

namespace OrleansLb.Storage.States;

/// <summary>The bytes of a record on their way to the store. Whoever holds it releases it once.</summary>
internal readonly struct EncodedState
{
    private readonly byte[]? _rented;

    private EncodedState(byte[]? rented, ReadOnlyMemory<byte> bytes)
    {
        _rented = rented;
        Bytes = bytes;
    }

    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>Takes over the first bytes of an array of the shared pool.</summary>
    public static EncodedState Rented(byte[] array, int length) => new(array, array.AsMemory(0, length));

    /// <summary>Bytes that the garbage collector looks after.</summary>
    public static EncodedState Unpooled(ReadOnlyMemory<byte> bytes) => new(null, bytes);

    public void Release()
    {
        if (_rented is not null)
            ArrayPool<byte>.Shared.Return(_rented);
    }
}
