using OrleansLb.Otlp.Memory;

namespace OrleansLb.Otlp.Compression;

/// <summary>The write-only stream behind an encoder: what is written becomes the message of a payload.</summary>
internal sealed class PayloadStream(PayloadPool pool, int capacity) : Stream
{
    private readonly PayloadBuffer _buffer = pool.Rent(capacity);
    private int _written;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => _written;

    public override long Position
    {
        get => _written;
        set => throw new NotSupportedException();
    }

    public Payload Seal(ContentCoding coding) => _buffer.Seal(_written, coding);

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        int needed = checked(_written + buffer.Length);
        if (needed > _buffer.Capacity)
            _buffer.Grow(Math.Max(needed, _buffer.Capacity * 2), _written + Payload.FrameHeaderLength);
        buffer.CopyTo(_buffer.Message.Span[_written..]);
        _written = needed;
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        _buffer.Dispose();
        base.Dispose(disposing);
    }
}
