namespace OrleansLb.Otlp.Memory;

/// <summary>Where the bytes of requests and parts come from and go back to.</summary>
/// <remarks>Tests put a pool in its place that poisons what comes back and counts what is outstanding.</remarks>
public abstract class PayloadPool
{
    /// <summary>The pool of the process.</summary>
    public static PayloadPool Shared { get; } = new SharedPayloadPool();

    /// <summary>A writable buffer for a message of at most <paramref name="messageCapacity"/> bytes.</summary>
    public PayloadBuffer Rent(int messageCapacity)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(messageCapacity);
        return new PayloadBuffer(this, RentArray(checked(messageCapacity + Payload.FrameHeaderLength)));
    }

    /// <summary>A writable buffer like that of <see cref="Rent"/>; null when there is no memory for what can be refused.</summary>
    public PayloadBuffer? TryRent(int messageCapacity)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(messageCapacity);
        return TryRentArray(checked(messageCapacity + Payload.FrameHeaderLength)) is { } array ? new PayloadBuffer(this, array) : null;
    }

    /// <summary>Whether there is so much memory left that what could wait elsewhere may wait in it.</summary>
    public virtual bool IsAmple => true;

    /// <summary>Puts memory on the account that comes from elsewhere, such as the copy that a store makes of a record.</summary>
    public MemoryCharge Charge(long bytes) => new(this, bytes);

    /// <summary>An array of at least <paramref name="minimumLength"/> bytes, with any content.</summary>
    protected internal abstract byte[] RentArray(int minimumLength);

    /// <summary>Takes an array back; whoever returns it must not touch it again.</summary>
    protected internal abstract void ReturnArray(byte[] array);

    /// <summary>An array, or null when there is no memory for what can be refused. A pool without a budget always has some.</summary>
    protected internal virtual byte[]? TryRentArray(int minimumLength) => RentArray(minimumLength);

    /// <summary>Hears that an array will never be returned: the garbage collector gets it when nobody reads it any more.</summary>
    protected internal virtual void LeaveArray(byte[] array)
    {
    }

    /// <summary>Hears of memory that is used beside the pool's; negative when it is not used any more.</summary>
    protected internal virtual void Account(long bytes)
    {
    }
}
