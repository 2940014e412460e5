using System.Diagnostics;

namespace OrleansLb.Storage.Tests.Sqlite;

/// <summary>A fact that needs a disk of its own, which only root can have, and not in every container.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SmallDiskFactAttribute : FactAttribute
{
    private static readonly bool s_possible = Probe();

    public SmallDiskFactAttribute()
    {
        if (!s_possible)
            Skip = "this process may not mount a small disk";
    }

    /// <summary>Runs a command with a disk of 24 MiB mounted at a directory, which it alone sees.</summary>
    public static Process Start(string directory, params IEnumerable<string> command) => Process.Start(
        new ProcessStartInfo("unshare", ["-m", "sh", "-c", "mount -t tmpfs -o size=24m none \"$0\" && exec \"$@\"", directory, .. command])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;

    private static bool Probe()
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess || !File.Exists("/usr/bin/unshare"))
            return false;
        string directory = Directory.CreateTempSubdirectory("orleanslb-disk-").FullName;
        using var process = Start(directory, "true");
        process.WaitForExit();
        Directory.Delete(directory);
        return process.ExitCode == 0;
    }
}
