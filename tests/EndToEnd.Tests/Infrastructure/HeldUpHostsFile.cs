using System.Net;
using System.Runtime.InteropServices;

namespace OrleansLb.EndToEnd.Tests.Infrastructure;

/// <summary>A hosts file that cannot be read to its end before the test says so: a name service that answers late. A named pipe.</summary>
internal sealed partial class HeldUpHostsFile : IDisposable
{
    private const int OwnerReadsAndWrites = 0x180; // 0600
    private readonly string _directory = Directory.CreateTempSubdirectory("orleanslb-e2e-").FullName;

    public HeldUpHostsFile()
    {
        Path = System.IO.Path.Combine(_directory, "hosts");
        Assert.Equal(0, MakePipe(Path, OwnerReadsAndWrites));
    }

    public string Path { get; }

    /// <summary>Answers one look-up that waits, or the next one; ends when it has been read.</summary>
    public Task AnswerAsync(string name, IPAddress address) => File.WriteAllTextAsync(Path, $"{address} {name}\n");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [LibraryImport("libc", EntryPoint = "mkfifo", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int MakePipe(string path, int mode);
}
