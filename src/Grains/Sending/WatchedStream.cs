using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace OrleansLb.Grains.Sending;

/// <summary>A connection that tells its <see cref="LinkWatch"/> when bytes come, and what the first of them are.</summary>
internal sealed class WatchedStream(Stream connection, LinkWatch watch) : Stream
{
    /// <summary>The most that is kept of the first read: enough for a frame header, an alert, or the status line and a short body of HTTP/1.</summary>
    private const int GreetingLength = 512;

    // What the first read brought, until it is handed on: readers ask for a few bytes first, and a fault would leave no more than these.
    private byte[]? _greeting;
    private int _handedOn;

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        if (_greeting is null)
        {
            byte[] first = new byte[GreetingLength];
            KeepGreeting(first, connection.Read(first));
        }

        if (_handedOn < _greeting.Length)
            return HandOn(buffer);
        int read = connection.Read(buffer);
        Note(read);
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    // one read is pending for as long as the connection lives: its state machine is worth keeping
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_greeting is null)
        {
            byte[] first = new byte[GreetingLength];
            KeepGreeting(first, await connection.ReadAsync(first, cancellationToken).ConfigureAwait(false));
        }

        if (_handedOn < _greeting.Length)
            return HandOn(buffer.Span);
        int read = await connection.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        Note(read);
        return read;
    }

    public override void Write(byte[] buffer, int offset, int count) => connection.Write(buffer, offset, count);

    public override void Write(ReadOnlySpan<byte> buffer) => connection.Write(buffer);

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        connection.WriteAsync(buffer, offset, count, cancellationToken);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        connection.WriteAsync(buffer, cancellationToken);

    public override void Flush() => connection.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => connection.FlushAsync(cancellationToken);

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            connection.Dispose();
        base.Dispose(disposing);
    }

    [MemberNotNull(nameof(_greeting))]
    private void KeepGreeting(byte[] first, int length)
    {
        _greeting = first[..length];
        Note(length);
        if (length > 0)
            watch.Greet(_greeting);
    }

    private int HandOn(Span<byte> buffer)
    {
        var rest = _greeting.AsSpan(_handedOn);
        int length = Math.Min(rest.Length, buffer.Length);
        rest[..length].CopyTo(buffer);
        _handedOn += length;
        return length;
    }

    private void Note(int read)
    {
        if (read > 0)
            watch.Hear();
    }
}
