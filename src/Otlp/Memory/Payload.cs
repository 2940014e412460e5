namespace OrleansLb.Otlp.Memory;

/// <summary>
/// The immutable bytes of one message, with room in front that holds its gRPC frame header. Reference-counted: whoever
/// keeps it beyond a call retains it and releases it exactly once; the last release gives the memory back to its pool.
/// </summary>
public sealed class Payload
{
    /// <summary>Bytes of a gRPC frame header: a flag and a big-endian length.</summary>
    public const int FrameHeaderLength = 5;

    private readonly PayloadPool? _pool;
    private readonly byte[] _array;
    private readonly Unserved? _unserved;
    private int _references = 1;
    private int _claimed;

    internal Payload(PayloadPool? pool, byte[] array, int length, ContentCoding coding, bool isReceived = false)
    {
        _pool = pool;
        _array = array;
        Length = length;
        Coding = coding;
        if (isReceived && pool is not null)
            _unserved = new Unserved(pool, array);
    }

    /// <summary>Bytes of the message, without the frame header.</summary>
    public int Length { get; }

    /// <summary>The coding of the message's bytes.</summary>
    public ContentCoding Coding { get; }

    /// <summary>The message.</summary>
    public ReadOnlyMemory<byte> Message => Live().AsMemory(FrameHeaderLength, Length);

    /// <summary>The message behind its gRPC frame header.</summary>
    public ReadOnlyMemory<byte> Frame => Live().AsMemory(0, FrameHeaderLength + Length);

    /// <summary>A payload over a copy of <paramref name="message"/> that no pool owns: releasing it is left to the garbage collector.</summary>
    public static Payload CopyOf(ReadOnlySpan<byte> message, ContentCoding coding = ContentCoding.Identity)
    {
        var buffer = new PayloadBuffer(UnpooledPayloadPool.Instance, new byte[message.Length + FrameHeaderLength]);
        message.CopyTo(buffer.Message.Span);
        return buffer.Seal(message.Length, coding);
    }

    /// <summary>
    /// For a payload that came over a network: takes over its first reference, which nobody else knows of. True once, and for whoever has it to release; never for others.
    /// </summary>
    public bool TryClaim() => _unserved is not null && Interlocked.Exchange(ref _claimed, 1) == 0;

    /// <summary>One more owner.</summary>
    /// <exception cref="ObjectDisposedException">The last owner has already released it.</exception>
    public Payload Retain()
    {
        int seen = Volatile.Read(ref _references);
        while (true)
        {
            ObjectDisposedException.ThrowIf(seen <= 0, this);
            int before = Interlocked.CompareExchange(ref _references, seen + 1, seen);
            if (before == seen)
                return this;
            seen = before;
        }
    }

    /// <summary>One owner fewer; the last one gives the memory back.</summary>
    /// <exception cref="ObjectDisposedException">Released more often than owned.</exception>
    public void Release()
    {
        int left = Interlocked.Decrement(ref _references);
        ObjectDisposedException.ThrowIf(left < 0, this);
        if (left != 0)
            return;
        _unserved?.Served();
        _pool?.ReturnArray(_array);
    }

    /// <summary>
    /// Gives a reference up without releasing it, because somebody who cannot be asked may still read the bytes: the memory is left to the
    /// garbage collector, whoever else releases.
    /// </summary>
    public void Leave() => _pool?.LeaveArray(Live());

    private byte[] Live()
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _references) <= 0, this);
        return _array;
    }

    /// <summary>Goes with a payload that came over a network and was not released, since its message was never served, and has the memory taken off the account.</summary>
    private sealed class Unserved(PayloadPool pool, byte[] array)
    {
        ~Unserved() => pool.LeaveArray(array);

#pragma warning disable CA1816 // it is not disposed of: what it was there for has been done
        public void Served() => GC.SuppressFinalize(this);
#pragma warning restore CA1816
    }
}
