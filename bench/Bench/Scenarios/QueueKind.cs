namespace OrleansLb.Bench.Scenarios;

/// <summary>Where the balancer keeps what it has accepted.</summary>
internal enum QueueKind
{
    /// <summary>Nowhere: it answers when the backends have answered, as the relay does.</summary>
    None,

    /// <summary>In memory, as by default.</summary>
    Memory,

    /// <summary>In a file store (SQLite); a power cut may take the last writes.</summary>
    File,

    /// <summary>In a file store with <c>fsync = true</c>: every write is on the disk before it is answered.</summary>
    FileSynced,

    /// <summary>In memory before the split (<c>sending_queue</c>), and nowhere behind it.</summary>
    BeforeSplit,

    /// <summary>In a file store before the split, and nowhere behind it.</summary>
    FileBeforeSplit,
}
