namespace OrleansLb.Grains.Options;

/// <summary>In what the size of a queue is counted.</summary>
public enum QueueSizer : byte
{
    /// <summary>Requests, or the parts of them that a ring slot gets.</summary>
    Requests = 0,

    /// <summary>Spans, log records and data points.</summary>
    Items = 1,

    /// <summary>Bytes of the parts before they are compressed.</summary>
    Bytes = 2,
}
