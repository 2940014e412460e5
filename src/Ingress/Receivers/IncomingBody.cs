using System.Buffers;
using OrleansLb.Ingress.Memory;
using OrleansLb.Otlp;
using OrleansLb.Otlp.Memory;

namespace OrleansLb.Ingress.Receivers;

/// <summary>The memory of a body while it comes in: a single copy from the connection's buffers, as a rule.</summary>
/// <param name="pool">Where the memory comes from, as far as there is some.</param>
/// <param name="gate">Whose room for bodies under way it takes.</param>
internal sealed class IncomingBody(PayloadPool pool, MemoryGate gate) : IDisposable
{
    private const int FirstCapacity = 64 * 1024;

    private PayloadBuffer? _buffer;
    private int _written;
    private int _limit;
    private long _taken;

    /// <summary>Whether there is memory for it.</summary>
    public bool HasBegun => _buffer is not null;

    /// <summary>The body with all of it at hand.</summary>
    /// <returns>Null when there is no memory.</returns>
    public static Payload? Whole(PayloadPool pool, in ReadOnlySequence<byte> body, ContentCoding coding)
    {
        using var buffer = pool.TryRent((int)body.Length);
        if (buffer is null)
            return null;
        body.CopyTo(buffer.Message.Span);
        return buffer.Seal((int)body.Length, coding);
    }

    /// <summary>Takes memory for a body that has begun to come in.</summary>
    /// <param name="declared">Its length, if that is known.</param>
    /// <param name="limit">Its length at most.</param>
    /// <param name="arrived">Bytes that are there.</param>
    /// <returns>False when there is no memory.</returns>
    public bool TryBegin(long? declared, long limit, long arrived)
    {
        _limit = (int)(declared ?? limit);

        // what is not going to fit is not begun
        if (declared > gate.Budget.IntakeLimit - gate.Budget.Used)
            return false;
        if (declared is not null && gate.Bodies.TryTakeAhead(_limit))
        {
            _taken = _limit;
            return (_buffer = pool.TryRent(_limit)) is not null;
        }

        int capacity = (int)Math.Min(_limit, Math.Max(arrived, FirstCapacity));
        if (!gate.Bodies.TryTake(capacity))
            return false;
        _taken = capacity;
        return (_buffer = pool.TryRent(capacity)) is not null;
    }

    /// <summary>Adds what has come; the caller has looked that it is not more than was said.</summary>
    /// <returns>False when there is no memory.</returns>
    public bool TryAdd(in ReadOnlySequence<byte> chunk)
    {
        var buffer = _buffer!;
        long needed = _written + chunk.Length;
        if (needed > buffer.Capacity)
        {
            int capacity = (int)Math.Min(_limit, Math.Max(needed, 2L * buffer.Capacity));
            if (!gate.Bodies.TryTake(capacity - _taken))
            {
                // no room to grow ahead of what comes
                capacity = (int)needed;
                if (!gate.Bodies.TryTake(capacity - _taken))
                    return false;
            }

            _taken = capacity;
            if (!buffer.TryGrow(capacity, _written + Payload.FrameHeaderLength))
                return false;
        }

        chunk.CopyTo(buffer.Message.Span[_written..]);
        _written = (int)needed;
        return true;
    }

    /// <summary>The body, when it is there.</summary>
    public Payload Seal(ContentCoding coding) => _buffer!.Seal(_written, coding);

    public void Dispose()
    {
        _buffer?.Dispose();
        gate.Bodies.Give(_taken);
    }
}
