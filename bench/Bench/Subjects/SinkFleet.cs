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
    private TimeSpan _delay;

    /// <summary>The endpoints, taken from the processes in turn.</summary>
    public IReadOnlyList<string> Endpoints { get; private set; } = [];

    public static Task<SinkFleet> StartAsync(Programs programs, int endpoints, CancellationToken cancellationToken)
    {
        int perProcess = (endpoints + ProcessCount - 1) / ProcessCount;
        var command = programs.Balancer.With("sink", "--listen-count", $"{perProcess}", "--exit-with-stdin");
        return StartAsync(Enumerable.Repeat(command, ProcessCount), perProcess, cancellationToken);
    }

    /// <summary>Backends at endpoints that are fixed already, a process each.</summary>
    public static Task<SinkFleet> StartAtAsync(Programs programs, IReadOnlyList<string> endpoints, CancellationToken cancellationToken) =>
        StartAsync(endpoints.Select(e => programs.Balancer.With("sink", "--listen", e, "--exit-with-stdin")), 1, cancellationToken);

    private static async Task<SinkFleet> StartAsync(IEnumerable<CommandLine> commands, int perProcess, CancellationToken cancellationToken)
    {
        var fleet = new SinkFleet();
        try
        {
            foreach (var command in commands)
                fleet._processes.Add(ChildProcess.Start(command));
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

    /// <summary>From now on they hold their answers back for so long.</summary>
    public async Task SlowDownAsync(TimeSpan delay, CancellationToken cancellationToken)
    {
        if (delay == _delay)
            return;
        foreach (var sink in _ready)
        {
            var address = new Uri(FormattableString.Invariant($"{sink.Admin}/delay?ms={delay.TotalMilliseconds}"));
            (await _http.PostAsync(address, content: null, cancellationToken).ConfigureAwait(false)).EnsureSuccessStatusCode();
        }

        _delay = delay;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
            await process.DisposeAsync().ConfigureAwait(false);
        _http.Dispose();
    }
}
