namespace OrleansLb.Storage.Sqlite;

/// <summary>One store in a directory of its own.</summary>
public sealed record SqliteStorageOptions
{
    /// <summary>Where the database lies. One process at a time may use it.</summary>
    public required string Directory { get; init; }

    /// <summary>
    /// On: a write is answered when it is on the disk and survives a power cut. Off: it survives the end of the process, also by
    /// <c>kill -9</c>; after a power cut the last writes may be gone, the others are whole.
    /// </summary>
    public bool Fsync { get; init; }

    /// <summary>Make the directory, and those above it, when it does not exist.</summary>
    public bool CreateDirectory { get; init; } = true;

    /// <summary>Permissions of a directory that is made. Ignored on Windows.</summary>
    public UnixFileMode DirectoryPermissions { get; init; } =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute;

    /// <summary>How long to wait for another process that has the directory open; <see cref="Timeout.InfiniteTimeSpan"/>: until it ends.</summary>
    public TimeSpan LockTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The most bytes that the database may take; what does not fit is refused as if the disk were full. Null: no limit.</summary>
    public long? MaxBytes { get; init; }
}
