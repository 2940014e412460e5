namespace OrleansLb.Otlp.Compression;

/// <summary>The read-only stream in front of a decoder: the compressed message, and behind it one more gzip member of our own, the seal.</summary>
/// <remarks>
/// <see cref="System.IO.Compression.GZipStream"/> takes a message that is cut short for its end and passes over what follows the last
/// member, both without a word. It asks for more input only when it has used up all it got, so the content of the seal comes out
/// behind the message if, and only if, the message ended exactly at the end of a member whose checksum was right.
/// </remarks>
internal sealed class SealedGzipStream(ReadOnlyMemory<byte> message) : Stream
{
    private ReadOnlyMemory<byte> _rest = message;

    /// <summary>What the seal decompresses to.</summary>
    public static ReadOnlySpan<byte> SealContent => [0x9D, 0x3B, 0xE2, 0x51, 0x07, 0xC8, 0x6F, 0xB4];

    /// <summary>Whether the decoder has used up the message and was given the seal.</summary>
    public bool SealRead { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    private static ReadOnlyMemory<byte> Seal { get; } = MakeSeal();

    public override int Read(Span<byte> buffer)
    {
        if (_rest.IsEmpty)
        {
            if (SealRead)
                return 0;
            SealRead = true;
            _rest = Seal;
        }

        int count = Math.Min(buffer.Length, _rest.Length);
        _rest.Span[..count].CopyTo(buffer);
        _rest = _rest[count..];
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private static byte[] MakeSeal()
    {
        using var output = new MemoryStream();
        using (var gzip = new System.IO.Compression.GZipStream(output, System.IO.Compression.CompressionLevel.NoCompression))
            gzip.Write(SealContent);
        return output.ToArray();
    }
}
