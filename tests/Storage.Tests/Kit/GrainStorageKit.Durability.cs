namespace OrleansLb.Storage.Tests.Kit;

public abstract partial class GrainStorageKit
{
    [KitFact]
    public async Task A_store_that_was_closed_has_everything_when_it_is_opened_again()
    {
        if (!IsDurable)
            return;
        var blob = BlobState.Random(3 << 20, seed: 3);
        var large = await Write(Grain("blob"), blob);
        var small = await Write(Grain("a"), new KitState { Text = "kept" });
        var gone = await Write(Grain("gone"), new KitState());
        await Store.ClearStateAsync("state", Grain("gone"), gone);
        await ReopenAsync();

        var read = await Read<BlobState>(Grain("blob"));
        Assert.Equal(blob.Data, read.State!.Data);
        Assert.Equal(large.ETag, read.ETag);
        Assert.Equal("kept", (await Read<KitState>(Grain("a"))).State!.Text);
        Assert.False((await Read<KitState>(Grain("gone"))).RecordExists);

        await Store.WriteStateAsync("state", Grain("a"), small);
    }

    [KitFact]
    public async Task Writes_that_wait_when_the_store_is_closed_are_stored()
    {
        if (!IsDurable)
            return;
        var writes = Enumerable.Range(0, 200).Select(number => Write(Grain($"g{number}"), new KitState { Number = number })).ToArray();
        await CloseAsync();
        var closed = Store;
        await Assert.ThrowsAsync<ObjectDisposedException>(() => closed.WriteStateAsync("state", Grain("late"), new GrainState<KitState>(new KitState())));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => closed.ReadStateAsync("state", Grain("late"), new GrainState<KitState>()));
        await ReopenAsync();

        for (int i = 0; i < writes.Length; i++)
        {
            // a write that came too late was told so
            bool stored = await writes[i].ContinueWith(static write => write.IsCompletedSuccessfully, TaskScheduler.Default);
            Assert.Equal(stored, (await Read<KitState>(Grain($"g{i}"))).RecordExists);
        }
    }
}
