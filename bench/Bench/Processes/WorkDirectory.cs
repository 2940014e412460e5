namespace OrleansLb.Bench.Processes;

/// <summary>A new directory under the system's temporary one, removed with all it holds in the end.</summary>
internal sealed class WorkDirectory : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("orleanslb-bench-");

    /// <summary>The path of a file or directory in it.</summary>
    public string PathOf(string name) => Path.Combine(_directory.FullName, name);

    public void Dispose() => _directory.Delete(recursive: true);
}
