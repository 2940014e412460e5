namespace OrleansLb.Otlp.Compression;

/// <summary>How the decompression of a message ended.</summary>
public enum GzipResult : byte
{
    /// <summary>The whole message was read.</summary>
    Ok = 0,

    /// <summary>The message is longer than the limit; it was read no further.</summary>
    TooLarge = 1,

    /// <summary>No gzip, damaged, cut short, or followed by something that is no gzip member.</summary>
    Corrupt = 2,

    /// <summary>The pool had no memory for it; it is worth another try later.</summary>
    NoMemory = 3,
}
