using OrleansLb.Grains.Persistence;
using OrleansLb.Storage.Tests.Kit;

namespace OrleansLb.Storage.Tests.Sqlite;

/// <summary>A disk that answers writes with an I/O error for a while.</summary>
public sealed class FailingDiskTests : IDisposable
{
    private const int Length = 100_000;

    private readonly StoreFolder _folder = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task While_the_disk_fails_writes_are_refused_and_what_is_stored_can_be_read_and_afterwards_writes_succeed(bool fsync)
    {
        var options = _folder.Options with { Fsync = fsync };
        await using (var store = await _folder.OpenAsync(options))
        {
            await Write(store, "before", seed: 1);
            using (var disk = new FailingDisk($"{_folder.File}-wal"))
            {
                Assert.NotEqual(0, disk.Count);
                var refused = await Assert.ThrowsAsync<StorageUnavailableException>(() => Write(store, "meanwhile", seed: 2));
                Assert.Contains(_folder.File, refused.Message, StringComparison.Ordinal);
                Assert.Contains("disk I/O error", refused.Message, StringComparison.Ordinal);
                Assert.Equal(Blob(1), await Read(store, "before"));
            }

            await Write(store, "after", seed: 3);
            Assert.Equal([Blob(1), null, Blob(3)], [await Read(store, "before"), await Read(store, "meanwhile"), await Read(store, "after")]);
        }

        await using var reopened = await _folder.OpenAsync(options);
        Assert.Equal([Blob(1), null, Blob(3)], [await Read(reopened, "before"), await Read(reopened, "meanwhile"), await Read(reopened, "after")]);
    }

    [Fact]
    public async Task A_write_that_failed_can_be_made_again_as_if_it_had_not_been_tried()
    {
        await using var store = await _folder.OpenAsync();
        var state = new GrainState<BlobState>(BlobState.Random(Length, seed: 1));
        await store.WriteStateAsync("a", Grain, state);
        string version = state.ETag!;
        state.State = BlobState.Random(Length, seed: 2);
        using (new FailingDisk($"{_folder.File}-wal"))
            await Assert.ThrowsAsync<StorageUnavailableException>(() => store.WriteStateAsync("a", Grain, state));
        Assert.Equal(version, state.ETag);

        await store.WriteStateAsync("a", Grain, state);

        Assert.Equal(Blob(2), await Read(store, "a"));
    }

    public void Dispose() => _folder.Dispose();

    private static GrainId Grain => GrainId.Create("kit", "queue");

    private static byte[] Blob(int seed) => BlobState.Random(Length, seed).Data;

    private static Task Write(DatabaseGrainStorage store, string name, int seed) =>
        store.WriteStateAsync(name, Grain, new GrainState<BlobState>(BlobState.Random(Length, seed)));

    private static async Task<byte[]?> Read(DatabaseGrainStorage store, string name)
    {
        var read = new GrainState<BlobState>();
        await store.ReadStateAsync(name, Grain, read);
        return read.RecordExists ? read.State!.Data : null;
    }
}
