namespace OrleansLb.Grains.Tests.Sending;

/// <summary>Counts the pings of a client that a server which keeps grpc-go's rules would punish, if it answers no call in between. Fed with the bytes of one connection.</summary>
internal sealed class PingCount
{
    private const int PrefaceLength = 24;
    private const int HeaderLength = 9;
    private const byte Ping = 0x06;
    private const byte Ack = 0x01;

    private readonly byte[] _header = new byte[HeaderLength];
    private int _filled;
    private int _skip = PrefaceLength;

    /// <summary>Pings so far, answers to those of the server left out.</summary>
    public int Pings { get; private set; }

    /// <summary>Frames so far.</summary>
    public int Frames { get; private set; }

    public void Add(ReadOnlyMemory<byte> bytes)
    {
        var rest = bytes.Span;
        while (!rest.IsEmpty)
        {
            if (_skip > 0)
            {
                int skipped = Math.Min(_skip, rest.Length);
                _skip -= skipped;
                rest = rest[skipped..];
                continue;
            }

            _header[_filled++] = rest[0];
            rest = rest[1..];
            if (_filled < HeaderLength)
                continue;
            _filled = 0;
            Frames++;
            _skip = (_header[0] << 16) | (_header[1] << 8) | _header[2];
            if (_header[3] == Ping && (_header[4] & Ack) == 0)
                Pings++;
        }
    }
}
