using System.Diagnostics;

namespace OrleansLb.Testing.Postgres;

/// <summary>The programs of a PostgreSQL server, as Debian's package installs them.</summary>
public static class PostgresPrograms
{
    private static readonly string? s_folder = Find();

    /// <summary>Why no server can be started here; null: one can.</summary>
    public static string? Missing { get; } = s_folder is null
        ? "there is no PostgreSQL server on this machine (Debian: apt-get install postgresql)"
        : Environment.IsPrivilegedProcess && User() is null ? "PostgreSQL does not run as root, and there is no user to run it as" : null;

    /// <summary>Runs one of them to its end, as another user if this is root, whom PostgreSQL refuses.</summary>
    public static void Run(string program, params IEnumerable<string> arguments)
    {
        List<string> line = [Path.Combine(s_folder!, program), .. arguments];
        if (Environment.IsPrivilegedProcess)
            line.InsertRange(0, ["setpriv", $"--reuid={User()}", $"--regid={User()}", "--clear-groups", "--"]);
        RunCommand(line);
    }

    /// <summary>A directory that belongs to who runs the server.</summary>
    public static string CreateDirectory()
    {
        string directory = Directory.CreateTempSubdirectory("olb-pg-").FullName;
        if (Environment.IsPrivilegedProcess)
            RunCommand(["chown", $"{User()}:", directory]);
        return directory;
    }

    private static void RunCommand(List<string> line)
    {
        // a server that goes on running must not keep our pipes: its output goes to its own file
        var start = new ProcessStartInfo(line[0], line[1..]) { WorkingDirectory = "/", RedirectStandardError = true, RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{string.Join(' ', line)}: exit code {process.ExitCode}: {process.StandardError.ReadToEnd()}");
    }

    private static string? Find() =>
        Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql")
                .Select(static version => Path.Combine(version, "bin"))
                .LastOrDefault(static folder => File.Exists(Path.Combine(folder, "initdb")) && File.Exists(Path.Combine(folder, "pg_ctl")))
            : null;

    private static string? User() => File.ReadLines("/etc/passwd")
        .Select(static line => line[..line.IndexOf(':', StringComparison.Ordinal)])
        .Where(static user => user is "postgres" or "nobody")
        .OrderDescending(StringComparer.Ordinal)
        .FirstOrDefault();
}
