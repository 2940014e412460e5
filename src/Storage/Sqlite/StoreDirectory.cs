namespace OrleansLb.Storage.Sqlite;

/// <summary>Makes sure that there is a directory to store in.</summary>
internal static class StoreDirectory
{
    /// <exception cref="StorageOpenException">There is none, or it cannot be made.</exception>
    public static void Prepare(SqliteStorageOptions options)
    {
        string directory = options.Directory;
        if (File.Exists(directory))
            throw new StorageOpenException($"storage directory {directory} is not a directory");
        if (Directory.Exists(directory))
            return;
        if (!options.CreateDirectory)
            throw new StorageOpenException($"storage directory {directory} must exist, because create_directory is false");
        try
        {
            if (OperatingSystem.IsWindows())
                Directory.CreateDirectory(directory);
            else
                Directory.CreateDirectory(directory, options.DirectoryPermissions);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StorageOpenException($"storage directory {directory} cannot be made: {exception.Message}", exception);
        }
    }
}
