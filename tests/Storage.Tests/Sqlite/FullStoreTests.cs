using OrleansLb.Grains.Persistence;
using OrleansLb.Storage.Sqlite;
using OrleansLb.Storage.Tests.Kit;
using OrleansLb.Testing;
using Xunit.Abstractions;

namespace OrleansLb.Storage.Tests.Sqlite;

/// <summary>No room, no lock, and how much room is taken.</summary>
public sealed class FullStoreTests(ITestOutputHelper output) : IDisposable
{
    private const int Mib = 1 << 20;

    private readonly StoreFolder _folder = new();

    [Fact]
    public async Task A_full_store_refuses_writes_and_takes_them_again_when_there_is_room()
    {
        await using var store = await _folder.OpenAsync(_folder.Options with { MaxBytes = 8 * Mib });
        var written = new List<GrainState<BlobState>>();
        var exception = await Assert.ThrowsAsync<StorageUnavailableException>(async () =>
        {
            for (int i = 0; i < 100; i++)
            {
                var state = new GrainState<BlobState>(BlobState.Random(Mib, seed: i));
                await store.WriteStateAsync($"segment/{i}", Grain, state);
                written.Add(state);
            }
        });

        Assert.Contains("no room", exception.Message, StringComparison.Ordinal);
        Assert.InRange(written.Count, 5, 8);
        for (int i = 0; i < written.Count; i++)
        {
            byte[] expected = written[i].State!.Data;
            Assert.Equal(expected, (await Read(store, $"segment/{i}")).State!.Data);
        }

        await store.ClearStateAsync("segment/0", Grain, written[0]);
        var again = new GrainState<BlobState>(BlobState.Random(Mib, seed: 100));
        await store.WriteStateAsync("segment/100", Grain, again);
        Assert.Equal(again.State!.Data, (await Read(store, "segment/100")).State!.Data);
    }

    [SmallDiskFact]
    public async Task On_a_full_disk_what_is_stored_can_be_read_and_removed_and_then_there_is_room_again()
    {
        using var process = SmallDiskFactAttribute.Start(_folder.Path, "dotnet", "exec", typeof(FullStoreTests).Assembly.Location, "fill", _folder.Path);
        string said = await process.StandardOutput.ReadToEndAsync() + await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();

        output.WriteLine(said);
        Assert.True(process.ExitCode == 0, $"exit code {process.ExitCode}: {said}");
        Assert.Contains("emptied each time", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_record_that_does_not_fit_does_not_take_others_with_it()
    {
        await using var store = await _folder.OpenAsync(_folder.Options with { MaxBytes = 4 * Mib });
        var writes = Enumerable.Range(0, 60)
            .Select(number => store.WriteStateAsync($"{number}", Grain, new GrainState<BlobState>(BlobState.Random(number % 20 == 7 ? 8 * Mib : 1000, number))))
            .ToArray();

        for (int i = 0; i < writes.Length; i++)
        {
            if (i % 20 == 7)
                await Assert.ThrowsAsync<StorageUnavailableException>(() => writes[i]);
            else
                await writes[i];
        }
    }

    [Fact]
    public async Task While_somebody_else_holds_the_file_writes_fail_and_reads_go_on()
    {
        await using var store = await _folder.OpenAsync();
        await store.WriteStateAsync("a", Grain, new GrainState<BlobState>(BlobState.Random(10, seed: 1)));
        using (var other = new Connection(_folder.File))
        {
            other.Execute("BEGIN IMMEDIATE");
            var refused = new GrainState<BlobState>(BlobState.Random(10, seed: 2));
            var write = store.WriteStateAsync("b", Grain, refused);

            // waits behind the one that waits for the file, and is withdrawn before its turn
            using var cancellation = new CancellationTokenSource();
            var withdrawn = store.WriteStateAsync("c", Grain, new GrainState<BlobState>(BlobState.Random(10, seed: 3)), cancellation.Token);
            Assert.True((await Read(store, "a")).RecordExists);
            await cancellation.CancelAsync();

            var unavailable = await Assert.ThrowsAnyAsync<StorageUnavailableException>(() => write);
            Assert.Contains("in use by another process", unavailable.Message, StringComparison.Ordinal);
            await Assert.ThrowsAnyAsync<Exception>(() => withdrawn);
            other.Execute("ROLLBACK");
        }

        await store.WriteStateAsync("b", Grain, new GrainState<BlobState>(BlobState.Random(10, seed: 4)));
        Assert.False((await Read(store, "c")).RecordExists);
    }

    [Fact]
    public async Task The_room_of_a_backlog_that_is_gone_is_given_back()
    {
        await using var store = await _folder.OpenAsync();
        var states = new List<GrainState<BlobState>>();
        for (int i = 0; i < 40; i++)
        {
            var state = new GrainState<BlobState>(BlobState.Random(3 * Mib, seed: i));
            await store.WriteStateAsync($"segment/{i}", Grain, state);
            states.Add(state);
        }

        var kept = new GrainState<BlobState>(BlobState.Random(Mib, seed: -1));
        await store.WriteStateAsync("kept", Grain, kept);
        for (int i = 0; i < states.Count; i++)
            await store.ClearStateAsync($"segment/{i}", Grain, states[i]);

        await Eventually.Holds(() => Size() < 8 * Mib);
        Assert.Equal(kept.State!.Data, (await Read(store, "kept")).State!.Data);
    }

    [Fact]
    public async Task A_record_that_is_written_over_and_over_takes_room_once()
    {
        await using var store = await _folder.OpenAsync();
        var state = new GrainState<BlobState>(BlobState.Random(4 * Mib, seed: 1));
        long most = 0;
        for (int i = 0; i < 60; i++)
        {
            state.State = BlobState.Random(4 * Mib, seed: i);
            await store.WriteStateAsync("a", Grain, state);
            most = Math.Max(most, Size());
        }

        // the log is moved after 64 MiB; the file may hold the record twice
        Assert.InRange(most, 64 * Mib, 96 * Mib);
    }

    public void Dispose() => _folder.Dispose();

    private static GrainId Grain => GrainId.Create("kit", "queue");

    private static async Task<GrainState<BlobState>> Read(DatabaseGrainStorage store, string name)
    {
        var read = new GrainState<BlobState>();
        await store.ReadStateAsync(name, Grain, read);
        return read;
    }

    private long Size() => Directory.GetFiles(_folder.Path).Sum(static file => new FileInfo(file).Length);
}
