using System.Diagnostics;
using Xunit;

namespace OrleansLb.Testing;

/// <summary>A fact that needs a disk of its own, which only root can have, and not in every container.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SmallDiskFactAttribute : FactAttribute
{
    private static readonly bool s_possible = Probe();

    /// <summary>Looks whether it can be had.</summary>
    public SmallDiskFactAttribute()
    {
        if (!s_possible)
            Skip = "this process may not mount a small disk";
    }

    /// <summary>What to put before a command to give it a disk that it alone sees.</summary>
    /// <param name="directory">Where the disk is mounted.</param>
    /// <param name="options">Of the mount: <c>size=24m</c>, <c>ro</c>.</param>
    public static IReadOnlyList<string> With(string directory, string options) =>
        ["unshare", "-m", "sh", "-c", $"mount -t tmpfs -o {options} none \"$0\" && exec \"$@\"", directory];

    /// <summary>Runs a command with a disk of 24 MiB.</summary>
    public static Process Start(string directory, params IEnumerable<string> command)
    {
        string[] line = [.. With(directory, "size=24m"), .. command];
        return Process.Start(new ProcessStartInfo(line[0], line[1..]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
    }

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
