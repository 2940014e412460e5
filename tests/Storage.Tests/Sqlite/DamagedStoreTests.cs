using OrleansLb.Grains.Durability;
using OrleansLb.Grains.Persistence;
using OrleansLb.Storage.Sqlite;
using OrleansLb.Storage.Tests.Kit;

namespace OrleansLb.Storage.Tests.Sqlite;

/// <summary>Records that are not as they were written.</summary>
public sealed class DamagedStoreTests : IDisposable
{
    private readonly StoreFolder _folder = new();

    [Fact]
    public async Task A_flipped_bit_on_the_disk_is_that_records_trouble_alone()
    {
        var blobs = Enumerable.Range(0, 5).Select(static number => BlobState.Random(200_000, seed: number)).ToArray();
        await using (var store = await _folder.OpenAsync())
        {
            for (int i = 0; i < blobs.Length; i++)
                await Write(store, $"segment/{i}", blobs[i]);
        }

        FlipBitWithin(blobs[2].Data.AsSpan(100_000, 16));
        await using var reopened = await _folder.OpenAsync();

        for (int i = 0; i < blobs.Length; i++)
        {
            if (i == 2)
                await Assert.ThrowsAsync<CorruptStateException>(() => Read(reopened, "segment/2"));
            else
                Assert.Equal(blobs[i].Data, (await Read(reopened, $"segment/{i}")).State!.Data);
        }
    }

    [Fact]
    public async Task A_damaged_record_can_be_removed_by_the_version_that_came_with_the_error()
    {
        await using var store = await _folder.OpenAsync();
        await Write(store, "a", BlobState.Random(100, seed: 1));
        Tamper("UPDATE state SET data = zeroblob(length(data))");

        var state = new GrainState<BlobState>();
        await Assert.ThrowsAsync<CorruptStateException>(() => store.ReadStateAsync("a", Grain, state));
        Assert.True(state.RecordExists);
        await store.ClearStateAsync("a", Grain, state);

        Assert.False((await Read(store, "a")).RecordExists);
    }

    [Fact]
    public async Task A_queue_can_put_a_damaged_segment_aside()
    {
        await using var store = await _folder.OpenAsync();
        var segments = new SegmentStore(store, Grain);
        byte[] written = BlobState.Random(1000, seed: 1).Data;
        await segments.Write(SegmentStore.NameOf(1), new RecordCopy(SegmentState.ReadFrom(written)), version: null);
        Tamper("UPDATE state SET data = zeroblob(length(data))");

        var found = await segments.Read(SegmentStore.NameOf(1));
        Assert.Equal(StoreStatus.Corrupt, found.Status);
        Assert.Equal(new byte[1000], found.Record!.Bytes.ToArray());
        var copied = await segments.Write(SegmentStore.QuarantineOf(1), new RecordCopy(found.Record), version: null);
        var cleared = await segments.Clear(SegmentStore.NameOf(1), found.Version);

        Assert.Equal((StoreStatus.Done, StoreStatus.Done), (copied.Status, cleared.Status));
        Assert.Equal(StoreStatus.Missing, (await segments.Read(SegmentStore.NameOf(1))).Status);
        Assert.Equal(new byte[1000], (await segments.Read(SegmentStore.QuarantineOf(1))).Record!.Bytes.ToArray());
    }

    [Fact]
    public async Task Bytes_under_another_records_name_are_noticed()
    {
        await using var store = await _folder.OpenAsync();
        await Write(store, "a", BlobState.Random(100, seed: 1));
        await Write(store, "b", BlobState.Random(100, seed: 2));
        Tamper("UPDATE state SET (version, checksum, data) = (SELECT version, checksum, data FROM state WHERE name = CAST('b' AS BLOB)) WHERE name = CAST('a' AS BLOB)");

        await Assert.ThrowsAsync<CorruptStateException>(() => Read(store, "a"));
        Assert.True((await Read(store, "b")).RecordExists);
    }

    [Fact]
    public async Task Bytes_that_make_no_record_are_corrupt()
    {
        await using var store = await _folder.OpenAsync();
        await Write(store, "a", BlobState.Random(100, seed: 1));

        await Assert.ThrowsAsync<CorruptStateException>(() => store.ReadStateAsync("a", Grain, new GrainState<KitState>()));
    }

    [Fact]
    public async Task A_file_that_was_cut_short_keeps_the_store_closed()
    {
        await using (var store = await _folder.OpenAsync())
            await Write(store, "a", BlobState.Random(1 << 20, seed: 1));
        using (var file = File.OpenWrite(_folder.File))
            file.SetLength(file.Length / 2);

        var exception = await Assert.ThrowsAsync<StorageOpenException>(() => _folder.OpenAsync());

        Assert.Contains($"{_folder.File} is damaged", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_no_database_keeps_the_store_closed_and_stays_as_it_is()
    {
        byte[] garbage = new byte[50_000];
        new Random(1).NextBytes(garbage);
        await File.WriteAllBytesAsync(_folder.File, garbage);

        var exception = await Assert.ThrowsAsync<StorageOpenException>(() => _folder.OpenAsync());

        Assert.Contains(_folder.File, exception.Message, StringComparison.Ordinal);
        Assert.Contains("is damaged", exception.Message, StringComparison.Ordinal);
        Assert.Equal(garbage, await File.ReadAllBytesAsync(_folder.File));
    }

    public void Dispose() => _folder.Dispose();

    private static GrainId Grain => GrainId.Create("kit", "queue");

    private static Task Write(DatabaseGrainStorage store, string name, BlobState state) =>
        store.WriteStateAsync(name, Grain, new GrainState<BlobState>(state));

    private static async Task<GrainState<BlobState>> Read(DatabaseGrainStorage store, string name)
    {
        var read = new GrainState<BlobState>();
        await store.ReadStateAsync(name, Grain, read);
        return read;
    }

    private void Tamper(string sql)
    {
        using var connection = new Connection(_folder.File);
        connection.Execute(sql);
        Assert.True(connection.Changes > 0);
    }

    private void FlipBitWithin(ReadOnlySpan<byte> pattern)
    {
        byte[] bytes = File.ReadAllBytes(_folder.File);
        int at = bytes.AsSpan().IndexOf(pattern);
        Assert.True(at > 0);
        bytes[at + 3] ^= 0x10;
        File.WriteAllBytes(_folder.File, bytes);
    }
}
