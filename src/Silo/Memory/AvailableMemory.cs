using System.Globalization;

namespace OrleansLb.Silo.Memory;

/// <summary>How much memory the process could have at all: the limit of its container (cgroup v2 or v1), or all memory of the machine.</summary>
/// <remarks>
/// The runtime does know the limit, but in a container it only tells what it lets its own heap have of it, which is another figure and changes with its settings.
/// </remarks>
internal static class AvailableMemory
{
    private const string Groups = "/proc/self/cgroup";
    private const string GroupFiles = "/sys/fs/cgroup";
    private const string MemoryInfo = "/proc/meminfo";

    /// <summary>Bytes, as files under <paramref name="root"/> have it; what the runtime knows where there are none.</summary>
    public static long Read(string root = "/")
    {
        long most = MachineBytes(root) ?? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        foreach (string line in Lines(root, Groups))
        {
            // hierarchy:controllers:path
            string[] parts = line.Split(':', 3);
            if (parts.Length < 3)
                continue;
            if (parts[0] == "0" && parts[1].Length == 0)
                most = Math.Min(most, Least(root, GroupFiles, parts[2], "memory.max"));
            else if (parts[1].Split(',').Contains("memory"))
                most = Math.Min(most, Least(root, GroupFiles + "/memory", parts[2], "memory.limit_in_bytes"));
        }

        return most;
    }

    // Every group on the way up limits; within a container the path may be that of the host, of which only the mounted top is to be seen.
    private static long Least(string root, string mount, string group, string file)
    {
        long least = long.MaxValue;
        for (string path = group.TrimEnd('/'); ; path = path[..path.LastIndexOf('/')])
        {
            if (Lines(root, $"{mount}{path}/{file}").FirstOrDefault() is { } text
                && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long bytes) && bytes > 0)
            {
                least = Math.Min(least, bytes);
            }

            if (path.Length == 0)
                return least;
        }
    }

    private static long? MachineBytes(string root)
    {
        const string Label = "MemTotal:";
        string? line = Lines(root, MemoryInfo).FirstOrDefault(static line => line.StartsWith(Label, StringComparison.Ordinal));
        return line is not null && long.TryParse(line[Label.Length..].Replace("kB", "", StringComparison.Ordinal), NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out long kilobytes)
            ? kilobytes * 1024
            : null;
    }

    private static string[] Lines(string root, string path)
    {
        try
        {
            return File.ReadAllLines(Path.Join(root, path));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
