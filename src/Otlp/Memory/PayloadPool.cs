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

    /// <summary>An array of at least <paramref name="minimumLength"/> bytes, with any content.</summary>
    protected internal abstract byte[] RentArray(int minimumLength);

    /// <summary>Takes an array back; whoever returns it must not touch it again.</summary>
    protected internal abstract void ReturnArray(byte[] array);
}
