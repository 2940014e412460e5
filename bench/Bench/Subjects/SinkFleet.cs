using System.Text.Json;
using OrleansLb.Bench.Processes;
using OrleansLb.Silo.Sink;

namespace OrleansLb.Bench.Subjects;

/// <summary>The backends: a few sink processes with as many endpoints as are needed.</summary>
internal sealed class SinkFleet : IAsyncDisposable
{
    private const int ProcessCount = 2;

    private readonly List<ChildProcess> _processes = [];
    private readonly List<SinkReady> _ready = [];
    private readonly HttpClient _http = new();

    /// <summary>The endpoints, taken from the processes in turn.</summary>
    public IReadOnlyList<string> Endpoints { get; private set; } = [];

    public static async Task<SinkFleet> StartAsync(Programs programs, int endpoints, CancellationToken cancellationToken)
    {
        var fleet = new SinkFleet();
        try
        {
            int perProcess = (endpoints + ProcessCount - 1) / ProcessCount;
            for (int i = 0; i < ProcessCount; i++)
                fleet._processes.Add(ChildProcess.Start(programs.Balancer.With("sink", "--listen-count", $"{perProcess}", "--exit-with-stdin")));
            foreach (var process in fleet._processes)
                fleet._ready.Add((await process.ReadJsonAsync(cancellationToken).ConfigureAwait(false)).Deserialize<SinkReady>(JsonSerializerOptions.Web)!);
            fleet.Endpoints = [.. Enumerable.Range(0, perProcess).SelectMany(i => fleet._ready.Select(r => r.Endpoints[i]))];
            return fleet;
        }
        catch
        {
            await fleet.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>What all backends have received.</summary>
    public async Task<(long Spans, long Requests)> ReadAsync(CancellationToken cancellationToken)
    {
        long spans = 0, requests = 0;
        foreach (var sink in _ready)
        {
            var stats = JsonDocument.Parse(await _http.GetStringAsync(new Uri(sink.Admin + "/stats"), cancellationToken).ConfigureAwait(false)).RootElement;
            spans += stats.GetProperty("spans").GetInt64();
            requests += stats.GetProperty("requests").GetInt64();
        }
        return (spans, requests);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
            await process.DisposeAsync().ConfigureAwait(false);
        _http.Dispose();
    }
}
