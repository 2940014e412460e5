using OrleansLb.Grains.Options;

namespace OrleansLb.Grains.Durability;

/// <summary>Sizes and times of a durable queue.</summary>
internal sealed record SegmentLogOptions
{
    /// <summary>In what the room of the parts is counted.</summary>
    public QueueSizer Sizer { get; init; }

    /// <summary>A segment takes no further part once its payloads have this many bytes. A part that is larger has a segment to itself.</summary>
    public int SegmentBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>A segment takes no more parts than this.</summary>
    public int SegmentParts { get; init; } = 4096;

    /// <summary>Bytes of waiting payloads that one queue keeps in memory. The segment whose parts are due is read whatever its size.</summary>
    public long MemoryWindow { get; init; } = 8 * 1024 * 1024;

    /// <summary>How many segment numbers one write of the manifest reserves.</summary>
    public int Reservation { get; init; } = 256;

    /// <summary>How long a segment is held back for its parts to be delivered without it; zero: it is not, and no part is taken before it is stored.</summary>
    public TimeSpan HeadStart { get; init; }

    /// <summary>The longest time that deliveries stay unknown to the store while nothing is written anyway.</summary>
    public TimeSpan AckDelay { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Time before a failed read or clear is tried again.</summary>
    public TimeSpan BackOff { get; init; } = TimeSpan.FromSeconds(1);
}
