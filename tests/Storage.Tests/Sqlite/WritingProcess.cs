using System.Globalization;
using OrleansLb.Storage.Tests.Kit;

namespace OrleansLb.Storage.Tests.Sqlite;

/// <summary>Writes numbered records with several writers until it is killed, and says of each when it is stored. Every third is removed again.</summary>
internal static class WritingProcess
{
    public const int Writers = 8;

    public static int LengthOf(int writer, int number) => (writer * 7919 + number * 104_729) % 60_000;

    public static async Task<int> RunAsync(string directory)
    {
        var store = StoreFolder.Create(new() { Directory = directory });
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => WriteAsync(store, writer)));
        return 0;
    }

    private static async Task WriteAsync(DatabaseGrainStorage store, int writer)
    {
        var grain = GrainId.Create("kill", writer.ToString(CultureInfo.InvariantCulture));
        for (int number = 0; ; number++)
        {
            var state = new GrainState<BlobState>(BlobState.Random(LengthOf(writer, number), seed: number));
            string name = number.ToString(CultureInfo.InvariantCulture);
            await store.WriteStateAsync(name, grain, state);
            Say($"+ {writer} {number}");
            if (number % 3 != 2)
                continue;
            Say($"? {writer} {number}");
            await store.ClearStateAsync(name, grain, state);
            Say($"- {writer} {number}");
        }
    }

    // one write call for a whole line: a line is either there or not when the process is killed
    private static void Say(string line)
    {
        lock (typeof(WritingProcess))
        {
            Console.Out.Write(line + "\n");
            Console.Out.Flush();
        }
    }
}
