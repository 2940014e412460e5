using System.Buffers.Binary;

namespace OrleansLb.Storage.Sqlite;

/// <summary>The tables, and how those of older programs become them.</summary>
internal static class SqliteSchema
{
    /// <summary>Marks the file as a store of ours: "OLB1".</summary>
    public const int ApplicationId = 0x4f4c4231;

    // step n makes version n + 1 of version n
    private static readonly string[] s_steps =
    [
        """
        CREATE TABLE state (
            id INTEGER PRIMARY KEY,
            grain_type BLOB NOT NULL,
            grain_key BLOB NOT NULL,
            name BLOB NOT NULL,
            version INTEGER NOT NULL,
            checksum INTEGER NOT NULL,
            data BLOB NOT NULL,
            UNIQUE (grain_type, grain_key, name)
        ) STRICT
        """,
    ];

    public static int Version => s_steps.Length;

    /// <summary>Looks at the file without SQLite, which would touch it: a file that is not ours or of a newer program stays as it is.</summary>
    /// <exception cref="StorageOpenException">It is one of these.</exception>
    public static void CheckFile(string path)
    {
        Span<byte> header = stackalloc byte[100];
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            int length = file.ReadAtLeast(header, header.Length, throwOnEndOfStream: false);
            if (length == 0)
                return;
            header = header[..length];
        }
        catch (FileNotFoundException)
        {
            return;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StorageOpenException($"storage file {path} cannot be read: {exception.Message}", exception);
        }

        if (header.Length < 100 || !header.StartsWith("SQLite format 3\0"u8))
            throw Damaged(path, "it does not begin as a database does", null);
        CheckVersion(path, BinaryPrimitives.ReadInt32BigEndian(header[68..]), BinaryPrimitives.ReadInt32BigEndian(header[60..]));
    }

    /// <exception cref="SqliteFailure"/>
    /// <exception cref="StorageOpenException">The file is not ours or of a newer program.</exception>
    public static void Migrate(Connection connection, string path)
    {
        int version = (int)connection.Query("PRAGMA user_version");
        CheckVersion(path, (int)connection.Query("PRAGMA application_id"), version);
        if (version == Version)
            return;
        connection.Execute("BEGIN IMMEDIATE");
        for (int step = version; step < Version; step++)
            connection.Execute(s_steps[step]);
        connection.Execute($"PRAGMA application_id = {ApplicationId}; PRAGMA user_version = {Version}; COMMIT");
    }

    public static StorageOpenException Damaged(string path, string why, Exception? exception) =>
        new($"storage file {path} is damaged: {why}; move it aside (with {Path.GetFileName(path)}-wal, if there is one) to start with an empty store", exception!);

    private static void CheckVersion(string path, int applicationId, int version)
    {
        if (applicationId != ApplicationId && (applicationId != 0 || version != 0))
            throw new StorageOpenException($"storage file {path} is a database of another program");
        if (version > Version)
            throw new StorageOpenException(
                $"storage file {path} was written by a newer version of orleanslb: it has format {version}, this program knows formats up to {Version}");
    }
}
