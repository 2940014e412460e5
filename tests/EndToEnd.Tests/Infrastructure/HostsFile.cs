namespace OrleansLb.EndToEnd.Tests.Infrastructure;

/// <summary>A hosts file that the test rewrites: the DNS of one name.</summary>
internal sealed class HostsFile : IDisposable
{
    private readonly string _name;

    public HostsFile(string name, params MockBackend[] backends)
    {
        _name = name;
        Write(backends);
    }

    public string Path { get; } = System.IO.Path.GetTempFileName();

    public void Write(params MockBackend[] backends)
    {
        // renamed into place, so that a look-up never sees half a file
        string next = Path + ".next";
        File.WriteAllLines(next, backends.Select(b => $"{b.Address} {_name}"));
        File.Move(next, Path, overwrite: true);
    }

    public void Dispose() => File.Delete(Path);
}
