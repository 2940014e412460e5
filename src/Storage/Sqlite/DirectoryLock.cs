using System.Diagnostics;

namespace OrleansLb.Storage.Sqlite;

/// <summary>Keeps other processes away from a store's directory for as long as this one lives.</summary>
internal static class DirectoryLock
{
    public const string FileName = "orleanslb.lock";

    /// <exception cref="StorageOpenException">Another process has it, or the directory cannot be written.</exception>
    public static FileStream Take(string directory, TimeSpan patience)
    {
        string path = Path.Combine(directory, FileName);
        long started = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
            }
            catch (IOException exception) when (File.Exists(path))
            {
                if (patience >= TimeSpan.Zero && Stopwatch.GetElapsedTime(started) >= patience)
                    throw new StorageOpenException($"storage directory {directory} is in use by another process ({path} is locked)", exception);
                Thread.Sleep(20);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw new StorageOpenException($"storage directory {directory} cannot be written: {exception.Message}", exception);
            }
        }
    }
}
