using System.Buffers.Text;
using System.Globalization;
using System.Text;
using OrleansLb.Clustering.Documents;

namespace OrleansLb.Clustering.Providers;

/// <summary>
/// The membership document of a cluster in a directory that its silos, all of one machine, share: a file that is replaced whole under a lock, and a file for each silo with its last
/// sign of life.
/// </summary>
/// <param name="directory">Made where there is none.</param>
internal sealed class FileMembershipStore(string directory) : IMembershipDocumentStore
{
    private static readonly TimeSpan s_lockPause = TimeSpan.FromMilliseconds(5);

    private readonly string _document = Path.Combine(directory, "members");
    private readonly string _lock = Path.Combine(directory, "lock");
    private readonly string _alive = Path.Combine(directory, "alive");

    public Task OpenAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(_alive);
        return Task.CompletedTask;
    }

    public Task<StoredDocument?> ReadAsync(CancellationToken cancellationToken) => Task.FromResult(Read().Document);

    public async Task<bool> TryWriteAsync(ReadOnlyMemory<byte> content, string? expectedVersion, CancellationToken cancellationToken)
    {
        await using var locked = await LockAsync(cancellationToken).ConfigureAwait(false);
        var (last, document) = Read();
        if (document?.Version != expectedVersion)
            return false;
        Replace(_document, [.. VersionLine(last + 1), .. content.Span]);
        return true;
    }

    public Task WriteAliveAsync(string silo, DateTime time, CancellationToken cancellationToken)
    {
        Replace(SignOf(silo), Encoding.UTF8.GetBytes(time.Ticks.ToString(CultureInfo.InvariantCulture)));
        return Task.CompletedTask;
    }

    public Task<IReadOnlyDictionary<string, DateTime>> ReadAliveAsync(CancellationToken cancellationToken)
    {
        var signs = new Dictionary<string, DateTime>(StringComparer.Ordinal);
        foreach (string path in Directory.EnumerateFiles(_alive))
        {
            // half-written ones have a name that is no silo's; others may be forgotten meanwhile
            if (SiloOf(path) is { } silo && TryReadAll(path) is { } ticks && Utf8Parser.TryParse(ticks, out long value, out _))
                signs.Add(silo, new DateTime(value, DateTimeKind.Utc));
        }

        return Task.FromResult<IReadOnlyDictionary<string, DateTime>>(signs);
    }

    public Task ForgetAliveAsync(IReadOnlyCollection<string> silos, CancellationToken cancellationToken)
    {
        foreach (string silo in silos)
            File.Delete(SignOf(silo));
        return Task.CompletedTask;
    }

    public async Task DeleteAsync(CancellationToken cancellationToken)
    {
        await using var locked = await LockAsync(cancellationToken).ConfigureAwait(false);
        var (last, document) = Read();

        // the version stays, without a document, so that none comes again
        if (document is not null)
            Replace(_document, VersionLine(last));
        foreach (string path in Directory.EnumerateFiles(_alive))
            File.Delete(path);
    }

    private static byte[] VersionLine(long version) => Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{version}\n"));

    // readers see the old file or the new one, never half of one; whoever dies before the renaming leaves a file that nobody reads
    private static void Replace(string path, ReadOnlySpan<byte> content)
    {
        string written = $"{path}.{Guid.NewGuid():N}.new";
        File.WriteAllBytes(written, content);
        File.Move(written, path, overwrite: true);
    }

    private static byte[]? TryReadAll(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    private (long Version, StoredDocument? Document) Read()
    {
        if (TryReadAll(_document) is not { } bytes)
            return (0, null);
        int end = bytes.AsSpan().IndexOf((byte)'\n');
        if (end < 0 || !Utf8Parser.TryParse(bytes.AsSpan(0, end), out long version, out int length) || length != end)
            throw new InvalidDataException($"{_document} is damaged: it does not begin with its version");
        return (version, end + 1 == bytes.Length ? null : new StoredDocument(bytes.AsMemory(end + 1), version.ToString(CultureInfo.InvariantCulture)));
    }

    // the lock goes with the process that holds it, however that ends
    private async Task<FileStream> LockAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return new FileStream(_lock, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException fault) when (fault is not (DirectoryNotFoundException or FileNotFoundException))
            {
                await Task.Delay(s_lockPause, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private string SignOf(string silo) => Path.Combine(_alive, Convert.ToHexString(Encoding.UTF8.GetBytes(silo)));

    private static string? SiloOf(string path)
    {
        string name = Path.GetFileName(path);
        return name.Contains('.', StringComparison.Ordinal) ? null : Encoding.UTF8.GetString(Convert.FromHexString(name));
    }
}
