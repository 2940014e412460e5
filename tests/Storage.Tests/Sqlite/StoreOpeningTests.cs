using System.Buffers.Binary;
using OrleansLb.Storage.Sqlite;
using OrleansLb.Storage.Tests.Kit;

namespace OrleansLb.Storage.Tests.Sqlite;

/// <summary>What keeps a store from being opened, and what the operator is told.</summary>
public sealed class StoreOpeningTests : IDisposable
{
    private readonly StoreFolder _folder = new();

    [Fact]
    public async Task A_store_of_a_newer_program_is_refused_and_not_touched()
    {
        await using (await _folder.OpenAsync())
        {
        }

        byte[] newer = await File.ReadAllBytesAsync(_folder.File);
        BinaryPrimitives.WriteInt32BigEndian(newer.AsSpan(60), 99);
        await File.WriteAllBytesAsync(_folder.File, newer);

        var exception = await Assert.ThrowsAsync<StorageOpenException>(() => _folder.OpenAsync());

        Assert.Contains($"has format 99, this program knows formats up to {SqliteSchema.Version}", exception.Message, StringComparison.Ordinal);
        Assert.Equal(newer, await File.ReadAllBytesAsync(_folder.File));
        Assert.DoesNotContain(Directory.GetFiles(_folder.Path), static file => file.EndsWith("-wal", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_database_of_another_program_is_refused()
    {
        using (var connection = new Connection(_folder.File))
            connection.Execute("CREATE TABLE theirs (id INTEGER); PRAGMA application_id = 7");

        var exception = await Assert.ThrowsAsync<StorageOpenException>(() => _folder.OpenAsync());

        Assert.Contains("is a database of another program", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_directory_is_one_stores_alone()
    {
        await using var store = await _folder.OpenAsync();

        var exception = await Assert.ThrowsAsync<StorageOpenException>(
            () => _folder.OpenAsync(_folder.Options with { LockTimeout = TimeSpan.FromMilliseconds(50) }));

        Assert.Contains($"{_folder.Path} is in use by another process", exception.Message, StringComparison.Ordinal);
        await store.DisposeAsync();
        await using var next = await _folder.OpenAsync();
    }

    [Fact]
    public async Task A_store_that_could_not_be_opened_can_be_opened_later()
    {
        var first = await _folder.OpenAsync();
        await using var second = StoreFolder.Create(_folder.Options with { LockTimeout = TimeSpan.Zero });
        var state = new GrainState<KitState>(new KitState());
        await Assert.ThrowsAsync<StorageOpenException>(() => second.WriteStateAsync("state", GrainId.Create("kit", "a"), state));
        await first.DisposeAsync();

        await second.WriteStateAsync("state", GrainId.Create("kit", "a"), state);

        Assert.True(state.RecordExists);
    }

    [Fact]
    public async Task A_missing_directory_is_made_with_the_wanted_permissions()
    {
        var mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        string directory = Path.Combine(_folder.Path, "a", "b");
        await using var store = await _folder.OpenAsync(_folder.Options with { Directory = directory, DirectoryPermissions = mode });

        Assert.True(File.Exists(Path.Combine(directory, SqliteDatabase.FileName)));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(mode, File.GetUnixFileMode(directory));
    }

    [Fact]
    public async Task A_missing_directory_is_an_error_when_it_must_not_be_made()
    {
        var options = _folder.Options with { Directory = Path.Combine(_folder.Path, "none"), CreateDirectory = false };

        var exception = await Assert.ThrowsAsync<StorageOpenException>(() => _folder.OpenAsync(options));

        Assert.Contains($"{options.Directory} must exist", exception.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(options.Directory));
    }

    [Fact]
    public async Task A_file_in_the_directorys_place_is_an_error()
    {
        string file = Path.Combine(_folder.Path, "file");
        await File.WriteAllTextAsync(file, "");

        var exception = await Assert.ThrowsAsync<StorageOpenException>(() => _folder.OpenAsync(_folder.Options with { Directory = file }));

        Assert.Contains($"{file} is not a directory", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_directory_that_cannot_be_written_is_an_error()
    {
        if (!OperatingSystem.IsLinux())
            return;

        // nobody makes files here, root neither
        var exception = await Assert.ThrowsAsync<StorageOpenException>(() => _folder.OpenAsync(_folder.Options with { Directory = "/proc/self" }));
        Assert.Contains("/proc/self cannot be written", exception.Message, StringComparison.Ordinal);

        exception = await Assert.ThrowsAsync<StorageOpenException>(() => _folder.OpenAsync(_folder.Options with { Directory = "/proc/self/store" }));
        Assert.Contains("/proc/self/store cannot be made", exception.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();
}
