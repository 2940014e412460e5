using OrleansLb.Storage.Committing;
using SQLitePCL;

namespace OrleansLb.Storage.Sqlite;

/// <summary>
/// Keeps the log short and gives disk space back. SQLite would do the former within a commit, while its callers wait; here it comes after their answer.
/// </summary>
internal sealed class Upkeep(Connection connection, string directory)
{
    /// <summary>Bytes that the log's file keeps when it has been longer.</summary>
    public const long LogLimit = 64 << 20;

    private const long MoveAfter = 64 << 20;
    private const long WorthGivingBack = 16 << 20;
    private const long CheapToCopy = 64 << 20;

    // what a change writes beside its bytes: a page of the table and one of its index
    private const long Overhead = 64 << 10;

    // for the log of removals, which must go on when nothing else does
    private const long Reserve = 4 << 20;

    private readonly long _pageSize = connection.Query("PRAGMA page_size");
    private long _unmoved;
    private bool _freed;

    /// <summary>Moves what the last process left in the log, the new schema included.</summary>
    /// <exception cref="SqliteFailure"/>
    public void Begin() => connection.Checkpoint(raw.SQLITE_CHECKPOINT_TRUNCATE);

    /// <summary>Notes what a transaction has written, so that <see cref="Run"/> knows what there is to do.</summary>
    public void Committed(IReadOnlyList<StateChange> changes)
    {
        for (int i = 0; i < changes.Count; i++)
        {
            _unmoved += changes[i].Data.Bytes.Length + Overhead;
            _freed |= changes[i].Removes;
        }
    }

    /// <summary>Failures are left to the next time: records are safe in the log.</summary>
    public void Run(bool idle)
    {
        try
        {
            if (_unmoved >= MoveAfter)
                Move();
            if (idle && _freed)
                GiveBack();
        }
        catch (SqliteFailure)
        {
            // the next transaction meets the same trouble and tells its callers
        }
    }

    /// <summary>
    /// Whether the disk has room for the changes. What the log holds needs room in the file as well, or it can never be moved there, and without room in the log
    /// nothing can be removed either: so writes are refused while there is still room for removals.
    /// </summary>
    /// <exception cref="SqliteFailure"/>
    public bool HasRoomFor(IReadOnlyList<StateChange> changes)
    {
        long bytes = 0;
        bool writes = false;
        for (int i = 0; i < changes.Count; i++)
        {
            bytes += changes[i].Data.Bytes.Length + Overhead;
            writes |= !changes[i].Removes;
        }

        long wanted = (2 * bytes) + Reserve;
        var disk = new DriveInfo(directory);
        if (disk.AvailableFreeSpace >= wanted + _unmoved)
            return true;
        if (connection.Checkpoint(raw.SQLITE_CHECKPOINT_RESTART) is var (pages, moved) && moved >= pages)
            _unmoved = 0;
        return !writes || disk.AvailableFreeSpace >= wanted + _unmoved;
    }

    private void Move()
    {
        // a reader can keep pages in the log; when it has grown far too long, wait for the readers
        int mode = _unmoved < 4 * LogLimit ? raw.SQLITE_CHECKPOINT_PASSIVE : raw.SQLITE_CHECKPOINT_RESTART;
        var (pages, moved) = connection.Checkpoint(mode);
        if (moved >= pages)
            _unmoved = 0;
    }

    /// <summary>
    /// When hardly anything is left of much, a new file of the rest is cheap. A file that is in use keeps its free pages and writes into them again.
    /// </summary>
    private void GiveBack()
    {
        _freed = false;
        long free = connection.Query("PRAGMA freelist_count") * _pageSize;
        long used = (connection.Query("PRAGMA page_count") * _pageSize) - free;
        if (free < WorthGivingBack || used > Math.Min(free / 4, CheapToCopy))
            return;
        connection.Execute("VACUUM");
        connection.Checkpoint(raw.SQLITE_CHECKPOINT_TRUNCATE);
    }
}
