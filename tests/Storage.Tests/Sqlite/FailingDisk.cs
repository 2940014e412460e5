using System.Runtime.InteropServices;

namespace OrleansLb.Storage.Tests.Sqlite;

/// <summary>
/// Makes every write of this process to a file fail with an I/O error, while reads go on: the open descriptors of the file are exchanged for ones that
/// may only read. Disposed, it puts those back that are still in use.
/// </summary>
internal sealed partial class FailingDisk : IDisposable
{
    private const int ReadOnly = 0;
    private const int CloseOnExec = 0x80000;

    private readonly string _file;
    private readonly List<(int Descriptor, int Saved)> _exchanged = [];

    public FailingDisk(string file)
    {
        _file = file;
        foreach (int descriptor in DescriptorsOf(file))
        {
            int saved = Checked(Duplicate(descriptor));
            int reading = Checked(Open(file, ReadOnly | CloseOnExec));
            Checked(DuplicateTo(reading, descriptor));
            Checked(Close(reading));
            _exchanged.Add((descriptor, saved));
        }
    }

    /// <summary>How many descriptors of the file were open.</summary>
    public int Count => _exchanged.Count;

    public void Dispose()
    {
        var open = DescriptorsOf(_file);
        foreach (var (descriptor, saved) in _exchanged)
        {
            if (open.Contains(descriptor))
                Checked(DuplicateTo(saved, descriptor));
            Checked(Close(saved));
        }
    }

    private static HashSet<int> DescriptorsOf(string file) =>
        [.. new DirectoryInfo("/proc/self/fd").EnumerateFiles().Where(link => link.LinkTarget == file).Select(static link => int.Parse(link.Name))];

    private static int Checked(int result) => result >= 0 ? result : throw new IOException($"errno {Marshal.GetLastPInvokeError()}");

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "dup", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Duplicate(int descriptor);

    [LibraryImport("libc", EntryPoint = "dup2", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int DuplicateTo(int descriptor, int target);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Close(int descriptor);
}
