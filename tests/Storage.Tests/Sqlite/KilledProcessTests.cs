using System.Diagnostics;
using System.Globalization;
using OrleansLb.Storage.Tests.Kit;
using OrleansLb.Testing;
using Xunit.Abstractions;

namespace OrleansLb.Storage.Tests.Sqlite;

/// <summary>Kills a process that writes (SIGKILL) at random moments; how often, says ORLEANSLB_KILLS.</summary>
public sealed class KilledProcessTests(ITestOutputHelper output)
{
    [Fact]
    public async Task What_a_killed_process_said_to_be_stored_is_stored()
    {
        var random = new Random(TestSeed.Choose(output.WriteLine));
        int kills = int.TryParse(Environment.GetEnvironmentVariable("ORLEANSLB_KILLS"), CultureInfo.InvariantCulture, out int wanted) ? wanted : 5;
        long checkedRecords = 0;
        for (int kill = 0; kill < kills; kill++)
        {
            using var folder = new StoreFolder();
            var said = await RunAndKillAsync(folder.Path, random.Next(1, 600));
            checkedRecords += await CheckAsync(folder, said);
        }

        output.WriteLine($"{kills} kills, {checkedRecords} answered writes and removals checked");
        Assert.True(checkedRecords >= kills);
    }

    private static async Task<List<string>> RunAndKillAsync(string directory, int lines)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, ArgumentList = { "exec", typeof(KilledProcessTests).Assembly.Location, "write", directory } };
        using var process = Process.Start(start)!;
        var said = new List<string>();
        while (said.Count < lines && await process.StandardOutput.ReadLineAsync() is { } line)
            said.Add(line);
        process.Kill();
        while (await process.StandardOutput.ReadLineAsync() is { } line)
            said.Add(line);
        await process.WaitForExitAsync();
        return said;
    }

    private static async Task<int> CheckAsync(StoreFolder folder, List<string> said)
    {
        var last = new Dictionary<(int Writer, int Number), char>();
        foreach (string line in said)
        {
            string[] words = line.Split(' ');
            if (words is [[var verb], var writer, var number])
                last[(int.Parse(writer, CultureInfo.InvariantCulture), int.Parse(number, CultureInfo.InvariantCulture))] = verb;
        }

        await using var store = await folder.OpenAsync();
        foreach (var ((writer, number), verb) in last)
        {
            var read = new GrainState<BlobState>();
            await store.ReadStateAsync(
                number.ToString(CultureInfo.InvariantCulture), GrainId.Create("kill", writer.ToString(CultureInfo.InvariantCulture)), read);

            // a removal that was under way may be done or not
            if (verb == '+' && number % 3 != 2)
                Assert.True(read.RecordExists, $"writer {writer}, record {number} was answered and is gone");
            if (verb == '-')
                Assert.False(read.RecordExists, $"writer {writer}, record {number} was removed and is there");
            if (read.RecordExists)
                Assert.Equal(BlobState.Random(WritingProcess.LengthOf(writer, number), seed: number).Data, read.State!.Data);
        }

        return last.Count;
    }
}
