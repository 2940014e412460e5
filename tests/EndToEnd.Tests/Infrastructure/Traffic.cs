using System.Collections.Concurrent;
using OrleansLb.OtlpModel;

namespace OrleansLb.EndToEnd.Tests.Infrastructure;

/// <summary>Clients that send traces one request after the other until they are told to stop, and remember what was acknowledged.</summary>
internal sealed class Traffic : IAsyncDisposable
{
    private readonly CancellationTokenSource _enough = new();
    private readonly ConcurrentQueue<string> _acknowledged = new();
    private readonly Task[] _clients;
    private int _refusals;
    private int _requests;

    public Traffic(Uri receiver, int clients = 4, int firstSeed = 1) =>
        _clients = [.. Enumerable.Range(firstSeed, clients).Select(seed => Task.Run(() => SendAsync(receiver, new TraceFactory(seed))))];

    /// <summary>IDs of the spans in the requests that were answered with OK.</summary>
    public IReadOnlySet<string> Acknowledged => _acknowledged.ToHashSet();

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

    private async Task SendAsync(Uri receiver, TraceFactory traces)
    {
        using var client = new RawClient(receiver);
        while (!_enough.IsCancellationRequested)
        {
            var request = traces.Request(traces: 20);
            try
            {
                if ((await client.ExportAsync(request)).Status == 0)
                    Remember(request);
                else
                    Interlocked.Increment(ref _refusals);
            }
            catch (Exception gone) when (gone is HttpRequestException or IOException)
            {
                // the program has ended, and with it the connection
                return;
            }
        }
    }

    private void Remember(ExportTraceServiceRequest request)
    {
        foreach (var span in request.ResourceSpans.SelectMany(static r => r.ScopeSpans).SelectMany(static s => s.Spans))
            _acknowledged.Enqueue(Convert.ToHexStringLower(span.SpanId.Span));
        Interlocked.Increment(ref _requests);
    }
}
