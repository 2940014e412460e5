using OrleansLb.Grains.Persistence;
using OrleansLb.Storage.Tests.Kit;

namespace OrleansLb.Storage.Tests.Sqlite;

/// <summary>Fills a small disk, removes everything, and writes again; says how far it got.</summary>
internal static class FillingProcess
{
    private static GrainId Grain => GrainId.Create("kit", "queue");

    public static async Task<int> RunAsync(string directory)
    {
        await using var store = StoreFolder.Create(new() { Directory = directory });
        for (int round = 0; round < 3; round++)
        {
            var written = new List<(string Name, GrainState<BlobState> State)>();
            try
            {
                while (written.Count < 1000)
                {
                    var state = new GrainState<BlobState>(BlobState.Random(1 << 20, seed: written.Count));
                    string name = $"segment/{round}/{written.Count}";
                    await store.WriteStateAsync(name, Grain, state);
                    written.Add((name, state));
                }

                return 3;
            }
            catch (StorageUnavailableException exception)
            {
                Console.WriteLine($"full after {written.Count}: {exception.Message}");
            }

            for (int i = 0; i < written.Count; i++)
            {
                var read = new GrainState<BlobState>();
                await store.ReadStateAsync(written[i].Name, Grain, read);
                if (!read.State!.Data.AsSpan().SequenceEqual(BlobState.Random(1 << 20, seed: i).Data))
                    return 4;
                await store.ClearStateAsync(written[i].Name, Grain, written[i].State);
            }
        }

        Console.WriteLine("emptied each time");
        return 0;
    }
}
