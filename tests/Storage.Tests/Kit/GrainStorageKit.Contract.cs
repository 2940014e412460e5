namespace OrleansLb.Storage.Tests.Kit;

public abstract partial class GrainStorageKit
{
    [KitFact]
    public async Task An_absent_record_reads_as_a_new_one_without_a_version()
    {
        var state = new GrainState<KitState>(new KitState { Text = "old" }, "7") { RecordExists = true };

        await Store.ReadStateAsync("state", Grain("nobody"), state);

        Assert.False(state.RecordExists);
        Assert.Null(state.ETag);
        Assert.Equal("", state.State!.Text);
    }

    [KitFact]
    public async Task What_was_written_is_read()
    {
        var written = await Write(Grain("a"), new KitState { Text = "Привет\0\"\n", Number = long.MinValue, Counts = { ["x"] = 1 } });
        var read = await Read<KitState>(Grain("a"));

        Assert.True(written.RecordExists);
        Assert.True(read.RecordExists);
        Assert.NotNull(read.ETag);
        Assert.Equal(written.ETag, read.ETag);
        Assert.Equal("Привет\0\"\n", read.State!.Text);
        Assert.Equal(long.MinValue, read.State.Number);
        Assert.Equal(1, read.State.Counts["x"]);
    }

    [KitFact]
    public async Task Every_write_gives_another_version()
    {
        var state = await Write(Grain("a"), new KitState { Number = 1 });
        string? first = state.ETag;
        state.State!.Number = 2;
        await Store.WriteStateAsync("state", Grain("a"), state);

        Assert.NotEqual(first, state.ETag);
        Assert.Equal(2, (await Read<KitState>(Grain("a"))).State!.Number);
    }

    [KitFact]
    public async Task A_cleared_record_is_gone_and_can_be_written_anew()
    {
        var state = await Write(Grain("a"), new KitState { Number = 1 });
        string? first = state.ETag;
        await Store.ClearStateAsync("state", Grain("a"), state);

        Assert.False(state.RecordExists);
        Assert.NotEqual(first, state.ETag);
        Assert.Equal(0, state.State!.Number);
        Assert.False((await Read<KitState>(Grain("a"))).RecordExists);

        state.State = new KitState { Number = 2 };
        await Store.WriteStateAsync("state", Grain("a"), state);
        var read = await Read<KitState>(Grain("a"));
        Assert.Equal(2, read.State!.Number);
        Assert.Equal(state.ETag, read.ETag);
    }

    [KitFact]
    public async Task Clearing_an_absent_record_is_no_error()
    {
        var state = new GrainState<KitState>(new KitState());
        await Store.ClearStateAsync("state", Grain("nobody"), state);

        Assert.False(state.RecordExists);
    }

    [KitFact]
    public async Task A_write_over_another_version_fails_and_changes_nothing()
    {
        var state = await Write(Grain("a"), new KitState { Number = 1 });
        string? stale = state.ETag;
        state.State!.Number = 2;
        await Store.WriteStateAsync("state", Grain("a"), state);

        var late = new GrainState<KitState>(new KitState { Number = 3 }, stale) { RecordExists = true };
        var exception = await Assert.ThrowsAsync<InconsistentStateException>(() => Store.WriteStateAsync("state", Grain("a"), late));

        Assert.Equal(stale, exception.CurrentEtag);
        Assert.Equal(state.ETag, exception.StoredEtag);
        Assert.Equal(stale, late.ETag);
        var read = await Read<KitState>(Grain("a"));
        Assert.Equal(2, read.State!.Number);
        Assert.Equal(state.ETag, read.ETag);
    }

    [KitFact]
    public async Task A_write_that_knows_of_no_record_fails_over_one()
    {
        await Write(Grain("a"), new KitState { Number = 1 });

        await Assert.ThrowsAsync<InconsistentStateException>(() => Write(Grain("a"), new KitState { Number = 2 }));
        Assert.Equal(1, (await Read<KitState>(Grain("a"))).State!.Number);
    }

    [KitFact]
    public async Task A_write_over_a_record_that_is_gone_fails()
    {
        var state = await Write(Grain("a"), new KitState());
        string? gone = state.ETag;
        await Store.ClearStateAsync("state", Grain("a"), state);

        await Assert.ThrowsAsync<InconsistentStateException>(() => Write(Grain("a"), new KitState(), eTag: gone));
        Assert.False((await Read<KitState>(Grain("a"))).RecordExists);
    }

    [KitFact]
    public async Task The_version_of_a_record_that_was_cleared_does_not_come_again()
    {
        var state = await Write(Grain("a"), new KitState { Number = 1 });
        string? first = state.ETag;
        await Store.ClearStateAsync("state", Grain("a"), state);
        await Write(Grain("a"), new KitState { Number = 2 });

        await Assert.ThrowsAsync<InconsistentStateException>(() => Write(Grain("a"), new KitState { Number = 3 }, eTag: first));
        await Assert.ThrowsAsync<InconsistentStateException>(() => Clear<KitState>(Grain("a"), "state", first));
        Assert.Equal(2, (await Read<KitState>(Grain("a"))).State!.Number);
    }

    [KitFact]
    public async Task Clearing_another_version_fails_and_changes_nothing()
    {
        var state = await Write(Grain("a"), new KitState { Number = 1 });
        string? stale = state.ETag;
        await Store.WriteStateAsync("state", Grain("a"), state);

        await Assert.ThrowsAsync<InconsistentStateException>(() => Clear<KitState>(Grain("a"), "state", stale));
        await Assert.ThrowsAsync<InconsistentStateException>(() => Clear<KitState>(Grain("a"), "state", null));
        Assert.True((await Read<KitState>(Grain("a"))).RecordExists);
    }

    [KitFact]
    public async Task A_version_of_another_store_fails()
    {
        await Write(Grain("a"), new KitState { Number = 1 });

        await Assert.ThrowsAsync<InconsistentStateException>(() => Write(Grain("a"), new KitState(), eTag: "W/\"0x8D\""));
        await Assert.ThrowsAsync<InconsistentStateException>(() => Clear<KitState>(Grain("a"), "state", "W/\"0x8D\""));
        Assert.Equal(1, (await Read<KitState>(Grain("a"))).State!.Number);
    }

    [KitFact]
    public async Task Grains_and_names_are_told_apart_byte_by_byte()
    {
        string[] odd = ["a", "A", "a/b", "a//b", "a/b/", "a b", "a ", "a\0b", "a%00b", "'; DROP TABLE state; --", "é", "e\u0301", "🙂", "a+b", "+", "*", "\\"];
        var expected = new Dictionary<(GrainId, string), string>();
        foreach (string type in (string[])["t", "t/a", "T"])
        {
            foreach (string key in odd)
            {
                foreach (string name in (string[])["", .. odd])
                {
                    string text = $"{type}|{key}|{name}";
                    expected.Add((GrainId.Create(type, key), name), text);
                }
            }
        }

        await Task.WhenAll(expected.Select(pair => Write(pair.Key.Item1, new KitState { Text = pair.Value }, pair.Key.Item2)));

        foreach (var ((grain, name), text) in expected)
            Assert.Equal(text, (await Read<KitState>(grain, name)).State!.Text);
    }

    [KitFact]
    public async Task A_grain_keeps_many_records()
    {
        var segments = Enumerable.Range(0, 300).Select(static number => $"segment/{number:D8}").ToArray();
        var written = await Task.WhenAll(segments.Select((name, number) => Write(Grain("queue"), new KitState { Number = number }, name)));
        for (int i = 0; i < segments.Length; i += 3)
            await Store.ClearStateAsync(segments[i], Grain("queue"), written[i]);

        for (int i = 0; i < segments.Length; i++)
        {
            var read = await Read<KitState>(Grain("queue"), segments[i]);
            Assert.Equal(i % 3 != 0, read.RecordExists);
            Assert.Equal(i % 3 == 0 ? 0 : i, read.State!.Number);
        }
    }

    [KitFact]
    public async Task Bytes_of_every_length_come_back()
    {
        foreach (int length in (int[])[0, 1, 7, 4_096, 100_000, 8 << 20])
        {
            var grain = Grain($"blob-{length}");
            var blob = BlobState.Random(length, seed: length);
            var written = await Write(grain, blob);
            Assert.Equal(blob.Data, (await Read<BlobState>(grain)).State!.Data);

            written.State = BlobState.Random(length / 2, seed: 1);
            await Store.WriteStateAsync("state", grain, written);
            Assert.Equal(written.State.Data, (await Read<BlobState>(grain)).State!.Data);
        }
    }

    [KitFact]
    public async Task A_record_may_change_as_soon_as_the_write_call_has_returned()
    {
        var blob = BlobState.Random(1 << 20, seed: 1);
        byte[] before = [.. blob.Data];
        var state = new GrainState<BlobState>(blob);
        var writing = Store.WriteStateAsync("state", Grain("a"), state);
        Array.Clear(blob.Data);
        await writing;

        Assert.Equal(before, (await Read<BlobState>(Grain("a"))).State!.Data);
    }

    [KitFact]
    public async Task Of_writers_that_know_the_same_version_one_wins()
    {
        var state = await Write(Grain("a"), new KitState());
        for (int round = 1; round <= 10; round++)
        {
            string? eTag = (await Read<KitState>(Grain("a"))).ETag;
            var outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(number => Task.Run(async () =>
            {
                try
                {
                    return await Write(Grain("a"), new KitState { Number = number }, eTag: eTag);
                }
                catch (InconsistentStateException)
                {
                    return null;
                }
            })));

            var winner = Assert.Single(outcomes, static outcome => outcome is not null)!;
            var read = await Read<KitState>(Grain("a"));
            Assert.Equal(winner.ETag, read.ETag);
            Assert.Equal(winner.State!.Number, read.State!.Number);
        }
    }

    [KitFact]
    public async Task A_conflict_is_its_own_callers_alone()
    {
        await Write(Grain("taken"), new KitState { Number = -1 });
        var writes = Enumerable.Range(0, 100)
            .Select(number => Write(Grain(number % 10 == 0 ? "taken" : $"free-{number}"), new KitState { Number = number }))
            .ToArray();

        for (int i = 0; i < writes.Length; i++)
        {
            if (i % 10 == 0)
                await Assert.ThrowsAsync<InconsistentStateException>(() => writes[i]);
            else
                Assert.Equal(i, (await Read<KitState>(Grain($"free-{(await writes[i]).State!.Number}"))).State!.Number);
        }

        Assert.Equal(-1, (await Read<KitState>(Grain("taken"))).State!.Number);
    }

    [KitFact]
    public async Task A_call_that_is_cancelled_beforehand_changes_nothing()
    {
        var cancelled = new CancellationToken(canceled: true);
        var state = new GrainState<KitState>(new KitState { Number = 1 });
        try
        {
            await Store.WriteStateAsync("state", Grain("a"), state, cancelled);
        }
        catch (OperationCanceledException)
        {
            Assert.False((await Read<KitState>(Grain("a"))).RecordExists);
            return;
        }

        // Orleans lets a store ignore the token; then the write counts
        Assert.Equal(1, (await Read<KitState>(Grain("a"))).State!.Number);
    }
}
