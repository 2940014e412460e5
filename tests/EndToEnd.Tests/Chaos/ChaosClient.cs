using OrleansLb.EndToEnd.Tests.Histories;

namespace OrleansLb.EndToEnd.Tests.Chaos;

/// <summary>Sends to whichever run of the program there is, writes down every answer, and sends some of what was not acknowledged again.</summary>
internal sealed class ChaosClient(int number, Random random, ChaosProgram program, HistoryRecorder recorder)
{
    public async Task RunAsync(CancellationToken enough)
    {
        var traces = new ChaosTraces(number, random);
        RecordedClient? client = null;
        while (!enough.IsCancellationRequested)
        {
            var request = traces.Next();
            bool isPatient = random.Next(2) == 0;
            var pace = TimeSpan.FromMilliseconds(random.Next(12));
            for (int attempt = 0; !enough.IsCancellationRequested; attempt++)
            {
                var (life, receiver) = await program.CurrentAsync();
                if (life != client?.Life)
                {
                    client?.Dispose();
                    client = new RecordedClient(receiver, life, recorder);
                }

                if (await client.ExportAsync(request) is AttemptOutcome.Acknowledged or AttemptOutcome.RefusedForGood || !isPatient || attempt == 3)
                    break;

                // not the whole second that it asks for: this one is impatient
                await Task.Delay((client.RetryDelay ?? TimeSpan.Zero) / 10, CancellationToken.None);
            }

            await Task.Delay(pace, CancellationToken.None);
        }

        client?.Dispose();
    }
}
