using System.ComponentModel;
using System.Runtime.InteropServices;

namespace OrleansLb.Bench.Processes;

/// <summary>The kernel's clock of the CPU time of another process, in nanoseconds: <c>/proc/PID/stat</c> has hundredths of a second, too few for a round.</summary>
internal static class CpuClock
{
    /// <summary>User and kernel time of a process since its start.</summary>
    /// <exception cref="Win32Exception">There is no such process.</exception>
    public static double SecondsOf(int pid)
    {
        int error = GetCpuClock(pid, out int clock);
        if (error != 0)
            throw new Win32Exception(error);
        if (GetTime(clock, out var time) != 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        return time.Seconds + (time.Nanoseconds / 1e9);
    }

    [DllImport("libc", EntryPoint = "clock_getcpuclockid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern int GetCpuClock(int pid, out int clock);

    [DllImport("libc", EntryPoint = "clock_gettime", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern int GetTime(int clock, out TimeSpec time);

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct TimeSpec
    {
        public readonly nint Seconds;
        public readonly nint Nanoseconds;
    }
}
