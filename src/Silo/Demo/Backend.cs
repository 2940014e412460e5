using System.Buffers.Binary;
using System.Net.Http.Json;
using System.Text.Json;
using OrleansLb.Silo.Sink;

namespace OrleansLb.Silo.Demo;

/// <summary>A real OTLP/gRPC backend in a process of its own, which counts what it receives.</summary>
internal sealed class Backend : IAsyncDisposable
{
    private readonly ChildProcess _child;
    private readonly HttpClient _admin;

    private Backend(ChildProcess child, SinkReady ready)
    {
        _child = child;
        Endpoint = ready.Endpoints[0];
        _admin = new HttpClient { BaseAddress = new Uri(ready.Admin), Timeout = TimeSpan.FromSeconds(10) };
    }

    /// <summary>Where it takes OTLP/gRPC, <c>host:port</c>.</summary>
    public string Endpoint { get; }

    /// <summary>Whether it is among the balancer's backends now.</summary>
    public bool InService { get; set; } = true;

    public static async Task<Backend> StartAsync(string address, int port, CancellationToken cancellationToken)
    {
        var child = ChildProcess.Start($"backend {address}:{port}", "sink", "--listen", $"{address}:{port}", "--track-traces", "--exit-with-stdin");
        try
        {
            string line = await child.FirstLineAsync(cancellationToken).ConfigureAwait(false);
            return new Backend(child, JsonSerializer.Deserialize(line, SinkJson.Default.SinkReady)!);
        }
        catch
        {
            await child.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>What it has received so far.</summary>
    public async Task<SinkCounts> CountsAsync(CancellationToken cancellationToken)
    {
        _child.CheckRunning();
        return (await _admin.GetFromJsonAsync("/stats", SinkJson.Default.SinkCounts, cancellationToken).ConfigureAwait(false))!;
    }

    /// <summary>How many spans of each trace it has received.</summary>
    public async Task<Dictionary<UInt128, int>> TracesAsync(CancellationToken cancellationToken)
    {
        byte[] bytes = await _admin.GetByteArrayAsync("/traces", cancellationToken).ConfigureAwait(false);
        var traces = new Dictionary<UInt128, int>(bytes.Length / TraceLedger.EntryLength);
        for (int at = 0; at < bytes.Length; at += TraceLedger.EntryLength)
        {
            var entry = bytes.AsSpan(at, TraceLedger.EntryLength);
            traces.Add(BinaryPrimitives.ReadUInt128BigEndian(entry), BinaryPrimitives.ReadInt32LittleEndian(entry[16..]));
        }

        return traces;
    }

    public async ValueTask DisposeAsync()
    {
        _admin.Dispose();
        await _child.DisposeAsync().ConfigureAwait(false);
    }
}
