using System.Globalization;

namespace OrleansLb.Bench.Processes;

/// <summary>What a process has used, from the kernel's own books.</summary>
internal readonly record struct ProcessUsage(double CpuSeconds, long PeakResidentBytes)
{
    public static ProcessUsage Of(int pid) => new(CpuClock.SecondsOf(pid), PeakOf(File.ReadLines($"/proc/{pid}/status")));

    public static ProcessUsage operator +(ProcessUsage one, ProcessUsage other) => new(one.CpuSeconds + other.CpuSeconds, one.PeakResidentBytes + other.PeakResidentBytes);

    private static long PeakOf(IEnumerable<string> status) =>
        1024 * Number(status.First(l => l.StartsWith("VmHWM:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]);

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
