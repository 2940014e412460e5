using OrleansLb.Testing;

namespace OrleansLb.Storage.Tests.Kit;

public abstract partial class GrainStorageKit
{
    /// <summary>Where the seed is printed.</summary>
    protected abstract void Print(string line);

    /// <summary>Random calls, several at once but one at a time per record, beside a dictionary that does the same; now and then the store is opened again.</summary>
    [KitFact]
    public async Task A_store_does_as_a_dictionary_would()
    {
        var random = new Random(TestSeed.Choose(Print));
        var model = new Dictionary<int, (byte[] Data, string ETag)>();
        var stale = new List<string> { "1" };
        for (int round = 0; round < 150; round++)
        {
            if (IsDurable && random.Next(25) == 0)
                await ReopenAsync();
            var keys = Enumerable.Range(0, 24).ToArray();
            random.Shuffle(keys);
            await Task.WhenAll(keys.Take(random.Next(1, 12)).Select(key => Step(model, stale, key, new Random(random.Next()))).ToArray());
        }

        for (int key = 0; key < 24; key++)
            await CheckRecord(model, key);
    }

    private async Task Step(Dictionary<int, (byte[] Data, string ETag)> model, List<string> stale, int key, Random random)
    {
        bool exists;
        (byte[] Data, string ETag) record;
        string? eTag;
        lock (model)
        {
            exists = model.TryGetValue(key, out record);
            eTag = random.Next(6) switch
            {
                0 => null,
                1 => stale[random.Next(stale.Count)],
                _ => record.ETag,
            };
            if (!exists && TakesAnyVersionOfTheAbsent)
                eTag = null;
        }

        bool fits = eTag == record.ETag;
        var (grain, name) = Place(key);
        switch (random.Next(4))
        {
            case 0:
                await CheckRecord(model, key);
                break;
            case 1:
                var clearing = new GrainState<BlobState>(null, eTag);
                await Expect(fits, () => Store.ClearStateAsync(name, grain, clearing));
                if (!fits)
                    break;
                lock (model)
                {
                    model.Remove(key);
                    if (exists)
                        stale.Add(record.ETag);
                }

                break;
            default:
                int length = random.Next(5) == 0 ? random.Next(200_000) : random.Next(500);
                var writing = new GrainState<BlobState>(BlobState.Random(length, random.Next()), eTag);
                await Expect(fits, () => Store.WriteStateAsync(name, grain, writing));
                if (!fits)
                    break;
                lock (model)
                {
                    model[key] = (writing.State!.Data, writing.ETag!);
                    if (exists)
                        stale.Add(record.ETag);
                }

                break;
        }
    }

    private async Task CheckRecord(Dictionary<int, (byte[] Data, string ETag)> model, int key)
    {
        (byte[] Data, string ETag) record;
        bool exists;
        lock (model)
            exists = model.TryGetValue(key, out record);
        var (grain, name) = Place(key);
        var read = await Read<BlobState>(grain, name);
        Assert.Equal(exists, read.RecordExists);
        Assert.Equal(record.ETag, read.ETag);
        Assert.Equal(record.Data ?? [], read.State!.Data);
    }

    private static (GrainId Grain, string Name) Place(int key) => (Grain($"model-{key % 4}"), $"segment/{key / 4:D8}");

    private static async Task Expect(bool succeeds, Func<Task> call)
    {
        if (succeeds)
            await call();
        else
            await Assert.ThrowsAsync<InconsistentStateException>(call);
    }
}
