using OrleansLb.EndToEnd.Tests.Histories;

namespace OrleansLb.EndToEnd.Tests.Infrastructure;

/// <summary>Clients that send traces one request after the other until they are told to stop, and write down what they hear.</summary>
internal sealed class Traffic : IAsyncDisposable
{
    private readonly CancellationTokenSource _enough = new();
    private readonly HistoryRecorder _recorder;
    private readonly Task[] _clients;
    private int _refusals;
    private int _requests;

    /// <summary>Starts sending.</summary>
    /// <param name="receiver">The gRPC receiver of the program.</param>
    /// <param name="clients">How many of them.</param>
    /// <param name="firstSeed">Of the first client's traces; the others follow.</param>
    /// <param name="recorder">Where the history goes that this is a part of; null: one of its own.</param>
    /// <param name="life">The run of the program in that history.</param>
    public Traffic(Uri receiver, int clients = 4, int firstSeed = 1, HistoryRecorder? recorder = null, int life = 0)
    {
        _recorder = recorder ?? new HistoryRecorder(TimeProvider.System);
        _clients = [.. Enumerable.Range(firstSeed, clients).Select(seed => Task.Run(() => SendAsync(receiver, life, new TraceFactory(seed))))];
    }

    /// <summary>IDs of the spans in the requests that were answered with OK.</summary>
    public IReadOnlySet<string> Acknowledged => _recorder.Acknowledged().Select(static id => id.ToString("x16", null)).ToHashSet();

    /// <summary>Requests that were answered with OK.</summary>
    public int Requests => Volatile.Read(ref _requests);

    /// <summary>Requests that were answered with anything else.</summary>
    public int Refusals => Volatile.Read(ref _refusals);

    /// <summary>No more requests; those under way are waited for.</summary>
    public async Task StopAsync()
    {
        await _enough.CancelAsync();
        await Task.WhenAll(_clients);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _enough.Dispose();
    }

    private async Task SendAsync(Uri receiver, int life, TraceFactory traces)
    {
        using var client = new RecordedClient(receiver, life, _recorder);
        while (!_enough.IsCancellationRequested)
        {
            switch (await client.ExportAsync(traces.Request(traces: 20)))
            {
                case AttemptOutcome.Acknowledged:
                    Interlocked.Increment(ref _requests);
                    break;
                case AttemptOutcome.Unknown:
                    // the program has ended, and with it the connection
                    return;
                default:
                    Interlocked.Increment(ref _refusals);
                    break;
            }
        }
    }
}
