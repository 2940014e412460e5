using OrleansLb.EndToEnd.Tests.Histories;

namespace OrleansLb.EndToEnd.Tests.Chaos;

/// <summary>
/// Many clients at the same time, each of which sends a request until it is accepted and goes on with the next. One half stays away for as long as it is told to, the other does not.
/// </summary>
internal sealed class ChaosCrowd(int seed, ChaosProgram program, HistoryRecorder recorder)
{
    private const int Clients = 150;

    // numbers of their own, so that no two clients have a span in common
    private int _next = 1000;

    public Task OfferAsync(CancellationToken enough) => Task.WhenAll(Enumerable.Range(0, Clients).Select(i =>
    {
        int number = Interlocked.Increment(ref _next);
        return Task.Run(() => OfferAsync(number, isHeedful: i % 2 == 0, enough), CancellationToken.None);
    }));

    private async Task OfferAsync(int number, bool isHeedful, CancellationToken enough)
    {
        var traces = new ChaosTraces(number, new Random(seed + number));
        RecordedClient? client = null;
        while (!enough.IsCancellationRequested)
        {
            var request = traces.Next();
            while (!enough.IsCancellationRequested)
            {
                var (life, receiver) = await program.CurrentAsync();
                if (life != client?.Life)
                {
                    client?.Dispose();
                    client = new RecordedClient(receiver, life, recorder);
                }

                if (await client.ExportAsync(request) != AttemptOutcome.RefusedForNow)
                    break;
                var pause = isHeedful ? client.RetryDelay ?? TimeSpan.Zero : TimeSpan.FromMilliseconds(20);
                await Task.Delay(pause, enough).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        client?.Dispose();
    }
}
