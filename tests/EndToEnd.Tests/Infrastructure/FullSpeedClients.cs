using System.Collections.Concurrent;
using OrleansLb.Silo.Load;

namespace OrleansLb.EndToEnd.Tests.Infrastructure;

/// <summary>Clients that send large requests as fast as they are answered and heed no delay; they remember what was acknowledged.</summary>
internal sealed class FullSpeedClients : IAsyncDisposable
{
    private static readonly TimeSpan LongestCall = TimeSpan.FromSeconds(60);

    private readonly CancellationTokenSource _enough = new();
    private readonly ConcurrentQueue<(ulong First, int Count)> _acknowledged = new();
    private readonly ConcurrentDictionary<string, int> _troubles = new();
    private readonly TraceIds _ids = new(1);
    private readonly TraceLoadOptions _options;
    private readonly Task[] _workers;
    private int _refusals;

    /// <param name="receiver">The gRPC receiver.</param>
    /// <param name="connections">Clients, each with a connection of its own.</param>
    /// <param name="callsPerConnection">Requests of a client at the same time.</param>
    /// <param name="spansPerTrace">Spans of about 310 bytes in each trace; a request has 1000.</param>
    public FullSpeedClients(Uri receiver, int connections, int callsPerConnection, int spansPerTrace)
    {
        _options = new TraceLoadOptions { Target = receiver.Authority, SpansPerTrace = spansPerTrace };
        var calls = Enumerable.Range(0, connections).Select(_ => new ExportCall(receiver.Authority, compressed: false)).ToArray();
        _workers = [.. Enumerable.Range(0, connections * callsPerConnection).Select(worker => Task.Run(() => SendAsync(worker, calls[worker % connections])))];
    }

    public int Acknowledged => _acknowledged.Count;

    public int Refusals => Volatile.Read(ref _refusals);

    /// <summary>Answers that are neither an acknowledgement nor UNAVAILABLE, and how often each came.</summary>
    public IReadOnlyDictionary<string, int> Troubles => _troubles;

    /// <summary>The IDs of the traces in acknowledged requests, in lower-case hexadecimal digits.</summary>
    public HashSet<string> Traces()
    {
        var traces = new HashSet<string>();
        Span<byte> id = stackalloc byte[16];
        foreach (var (first, count) in _acknowledged)
        {
            for (int i = 0; i < count; i++)
            {
                _ids.Write(first + (ulong)i, id);
                traces.Add(Convert.ToHexStringLower(id));
            }
        }

        return traces;
    }

    /// <summary>No more requests; those under way are waited for.</summary>
    public async Task StopAsync()
    {
        await _enough.CancelAsync();
        await Task.WhenAll(_workers);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _enough.Dispose();
    }

    private async Task SendAsync(int worker, ExportCall call)
    {
        const int Unavailable = 14;
        var batch = TraceBatch.Build(_options, _ids, new Random(worker));
        while (!_enough.IsCancellationRequested)
        {
            ulong first = batch.Stamp(_ids, services: 0);
            using var patience = new CancellationTokenSource(LongestCall);
            ExportOutcome outcome;
            try
            {
                outcome = await call.SendAsync(batch.Requests[0].Frame, patience.Token);
            }
            catch (OperationCanceledException)
            {
                outcome = new ExportOutcome(null, "no answer");
            }

            if (outcome.Acknowledged)
                _acknowledged.Enqueue((first, batch.Traces));
            else if (outcome.Status == Unavailable)
                Interlocked.Increment(ref _refusals);
            else
                _troubles.AddOrUpdate(outcome.ToString(), 1, static (_, count) => count + 1);
        }
    }
}
