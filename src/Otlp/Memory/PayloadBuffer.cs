namespace OrleansLb.Otlp.Memory;

/// <summary>A pooled buffer with one owner, who writes a message into it and then either seals or abandons it.</summary>
/// <remarks>
/// The first <see cref="Payload.FrameHeaderLength"/> bytes are kept free for the gRPC frame header, so that a message can be
/// sent in one write without being moved; <see cref="Seal"/> fills them in.
/// </remarks>
public sealed class PayloadBuffer : IDisposable
{
    private readonly PayloadPool _pool;
    private byte[]? _array;

    internal PayloadBuffer(PayloadPool pool, byte[] array)
    {
        _pool = pool;
        _array = array;
    }

    /// <summary>How many message bytes fit.</summary>
    public int Capacity => Array.Length - Payload.FrameHeaderLength;

    /// <summary>The room for the message, behind the frame header.</summary>
    public Memory<byte> Message => Array.AsMemory(Payload.FrameHeaderLength);

    /// <summary>The room for frame header and message, for a body that arrives framed.</summary>
    public Memory<byte> Frame => Array;

    private byte[] Array => _array ?? throw new ObjectDisposedException(nameof(PayloadBuffer));

    /// <summary>Makes room for <paramref name="messageCapacity"/> bytes, keeping the first <paramref name="written"/> of frame and message.</summary>
    public void Grow(int messageCapacity, int written)
    {
        if (messageCapacity > Capacity)
            MoveTo(_pool.RentArray(checked(messageCapacity + Payload.FrameHeaderLength)), written);
    }

    /// <summary>Like <see cref="Grow"/>, for what can be refused.</summary>
    /// <returns>False when there is no memory; the buffer is as it was.</returns>
    public bool TryGrow(int messageCapacity, int written)
    {
        if (messageCapacity <= Capacity)
            return true;
        if (_pool.TryRentArray(checked(messageCapacity + Payload.FrameHeaderLength)) is not { } grown)
            return false;
        MoveTo(grown, written);
        return true;
    }

    /// <summary>Ends the writing: the first <paramref name="length"/> bytes of the message become an immutable payload.</summary>
    /// <param name="length">Bytes of the message.</param>
    /// <param name="coding">The coding of those bytes; goes into the frame header's flag.</param>
    public Payload Seal(int length, ContentCoding coding = ContentCoding.Identity) => Seal(length, coding, isReceived: false);

    /// <summary>Like <see cref="Seal(int, ContentCoding)"/>, for a message that came over a network: see <see cref="Payload.TryClaim"/>.</summary>
    public Payload SealReceived(int length, ContentCoding coding) => Seal(length, coding, isReceived: true);

    private Payload Seal(int length, ContentCoding coding, bool isReceived)
    {
        var array = Array;
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)length, (uint)Capacity);
        array[0] = coding == ContentCoding.Identity ? (byte)0 : (byte)1;
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(array.AsSpan(1), (uint)length);
        _array = null;
        return new Payload(_pool, array, length, coding, isReceived);
    }

    /// <summary>Gives the memory back when it was not sealed.</summary>
    public void Dispose()
    {
        if (_array is not { } array)
            return;
        _array = null;
        _pool.ReturnArray(array);
    }
    private void MoveTo(byte[] grown, int written)
    {
        var old = Array;
        old.AsSpan(0, written).CopyTo(grown);
        _array = grown;
        _pool.ReturnArray(old);
    }
}
