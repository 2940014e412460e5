using OrleansLb.Otlp.Batching;

namespace OrleansLb.Grains.Options;

/// <summary>How the parts of a queue are merged and cut before they are sent. The defaults are Alloy's, not the Collector's.</summary>
public sealed record BatchOptions
{
    /// <summary>How long a batch that is not full waits for more, from its first part on.</summary>
    public TimeSpan FlushTimeout { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>A batch of this size is sent without waiting.</summary>
    public int MinSize { get; init; } = 2000;

    /// <summary>No batch is larger, unless a single item is; zero means no limit.</summary>
    public int MaxSize { get; init; } = 3000;

    /// <summary>In what both sizes are counted.</summary>
    public ItemSizer Sizer { get; init; } = ItemSizer.Items;
}
