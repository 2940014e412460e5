using System.Text.Json;
using OrleansLb.Silo.Sink;

namespace OrleansLb.Silo.Tests.Sink;

/// <summary>A sink inside the test process, on free loopback ports.</summary>
internal sealed class RunningSink : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly HttpClient _admin = new();
    private Task _run = Task.CompletedTask;

    public SinkReady Ready { get; private set; } = new(0, [], "");

    public static async Task<RunningSink> StartAsync(SinkOptions options)
    {
        var sink = new RunningSink();
        var output = new LineWriter();
        sink._run = SinkRole.RunAsync(options, output, sink._stop.Token);
        var first = await Task.WhenAny(sink._run, output.FirstLine);
        await first;
        sink.Ready = JsonSerializer.Deserialize(await output.FirstLine, SinkJson.Default.SinkReady)!;
        return sink;
    }

    public async Task<JsonElement> StatsAsync() =>
        JsonDocument.Parse(await _admin.GetStringAsync(new Uri(Ready.Admin + "/stats"))).RootElement;

    public async Task<Dictionary<UInt128, int>> TracesAsync(string query = "")
    {
        byte[] bytes = await _admin.GetByteArrayAsync(new Uri(Ready.Admin + "/traces" + query));
        return bytes.Chunk(TraceLedger.EntryLength).ToDictionary(
            e => System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(e),
            e => System.Buffers.Binary.BinaryPrimitives.ReadInt32LittleEndian(e.AsSpan(16)));
    }

    public async Task ResetAsync() => (await _admin.PostAsync(new Uri(Ready.Admin + "/reset"), null)).EnsureSuccessStatusCode();

    public async Task DelayAsync(object milliseconds) =>
        (await _admin.PostAsync(new Uri(FormattableString.Invariant($"{Ready.Admin}/delay?ms={milliseconds}")), null)).EnsureSuccessStatusCode();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _run;
        _stop.Dispose();
        _admin.Dispose();
    }

    private sealed class LineWriter : StringWriter
    {
        private readonly TaskCompletionSource<string> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<string> FirstLine => _first.Task;

        public override Task WriteLineAsync(string? value)
        {
            _first.TrySetResult(value!);
            return Task.CompletedTask;
        }
    }
}
