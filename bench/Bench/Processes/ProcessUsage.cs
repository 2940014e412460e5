using System.Globalization;

namespace OrleansLb.Bench.Processes;

/// <summary>What a process has used, from the kernel's own books.</summary>
internal readonly record struct ProcessUsage(double CpuSeconds, long PeakResidentBytes)
{
    // USER_HZ, which is 100 on every Linux platform that .NET runs on.
    private const double TicksPerSecond = 100;

    public static ProcessUsage Of(int pid) => new(CpuSecondsOf(File.ReadAllText($"/proc/{pid}/stat")), PeakOf(File.ReadLines($"/proc/{pid}/status")));

    // Fields 14 and 15, utime and stime; counted from behind the command name, which may hold spaces and brackets.
    private static double CpuSecondsOf(string stat)
    {
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return (Number(fields[11]) + Number(fields[12])) / TicksPerSecond;
    }

    private static long PeakOf(IEnumerable<string> status) =>
        1024 * Number(status.First(l => l.StartsWith("VmHWM:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]);

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
