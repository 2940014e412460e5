using System.Collections.Concurrent;
using OrleansLb.EndToEnd.Tests.Infrastructure;
using OrleansLb.OtlpModel;
using OrleansLb.Testing;

namespace OrleansLb.EndToEnd.Tests;

/// <summary>One dead backend costs the keys of the others nothing, and its own keys only the time until it is ejected.</summary>
public sealed class EjectionTests
{
    private const string Ejection = "ejection { after = \"2s\" }\n";
    private const string SmallQueue = "timeout = \"1s\"\nqueue {\nqueue_size = 500\n}";
    private const string Stored = "timeout = \"1s\"\nqueue {\nqueue_size = 500\nstorage = otelcol.storage.file.ejection.handler\n}";

    [Theory]
    [InlineData("refuses", SmallQueue)]
    [InlineData("black hole", SmallQueue)]
    [InlineData("unavailable", SmallQueue)]
    [InlineData("refuses", Stored)]
    [InlineData("black hole", Stored)]
    public async Task A_dead_backend_is_ejected_its_queue_goes_to_the_others_and_it_comes_back_with_the_keys_that_it_had(string death, string otlp)
    {
        await using var a = await MockBackend.StartAsync();
        await using var b = await MockBackend.StartAsync();
        await using var c = await MockBackend.StartAsync();
        await using var balancer = await OrleansLbProcess.RunAsync(Configurations.Balancer([a, b, c], exporter: Ejection, otlp: otlp) + Storage);
        await using var load = new Load(await balancer.ReceiverAsync("grpc"));
        await load.Sends(20);
        double before = await balancer.MetricAsync("orleanslb_ring_fingerprint");

        await Die(b, death);
        await balancer.MetricRisesToAsync(1, "orleanslb_ejected_backends");
        await Eventually.Holds(async () => await balancer.MetricAsync("orleanslb_ring_fingerprint") != before);
        var whole = await load.SendsTracesInTwoRequests(20);
        await balancer.MetricFallsToAsync(0, "otelcol_exporter_queue_size");
        await Live(b, death);
        await balancer.MetricFallsToAsync(0, "orleanslb_ejected_backends");
        await Eventually.Holds(async () => await balancer.MetricAsync("orleanslb_ring_fingerprint") == before);
        int had = b.Spans.Count();
        await load.Sends(20);
        var sent = await load.StopAsync();

        await MockBackend.UntilAsync(() => Delivered.SpanCount(a, b, c) >= sent.Count, "every span", a, b, c);
        await balancer.MetricFallsToAsync(0, "otelcol_exporter_queue_size");
        Assert.Equal(0, load.Refused);
        Assert.True(b.Spans.Count() > had);
        Assert.Equal(0, await balancer.MetricAsync("orleanslb_dropped_items_total"));
        Delivered.EverySpanOnce(sent, a, b, c);
        Assert.DoesNotContain(Delivered.SplitTraces(a, b, c), whole.Contains);
    }

    [Fact]
    public async Task One_that_comes_and_goes_loses_nothing_doubles_nothing_and_refuses_nobody()
    {
        await using var a = await MockBackend.StartAsync();
        await using var b = await MockBackend.StartAsync();
        await using var c = await MockBackend.StartAsync();
        await using var balancer = await OrleansLbProcess.RunAsync(
            Configurations.Balancer([a, b, c], exporter: "ejection { after = \"1s\" }\n", otlp: SmallQueue));
        await using var load = new Load(await balancer.ReceiverAsync("grpc"));
        foreach (string death in new[] { "unavailable", "black hole", "unavailable", "black hole" })
        {
            await load.Sends(20);
            await Die(b, death);
            await balancer.MetricRisesToAsync(1, "orleanslb_ejected_backends");
            await load.Sends(20);
            await Live(b, death);
            await balancer.MetricFallsToAsync(0, "orleanslb_ejected_backends");
        }

        var sent = await load.StopAsync();
        await MockBackend.UntilAsync(() => Delivered.SpanCount(a, b, c) >= sent.Count, "every span", a, b, c);
        await balancer.MetricFallsToAsync(0, "otelcol_exporter_queue_size");
        Assert.Equal(0, load.Refused);
        Assert.Equal(4, await balancer.MetricAsync("orleanslb_backend_ejections_total"));
        Assert.Equal(4, await balancer.MetricAsync("orleanslb_backend_readmissions_total"));
        Delivered.EverySpanOnce(sent, a, b, c);
    }

    [Fact]
    public async Task Two_of_three_may_be_out()
    {
        await using var a = await MockBackend.StartAsync();
        await using var b = await MockBackend.StartAsync();
        await using var c = await MockBackend.StartAsync();
        await using var balancer = await OrleansLbProcess.RunAsync(Configurations.Balancer([a, b, c], exporter: Ejection, otlp: SmallQueue));
        await using var load = new Load(await balancer.ReceiverAsync("grpc"));
        await load.Sends(20);
        await Die(b, "refuses");
        await Die(c, "black hole");
        await balancer.MetricRisesToAsync(2, "orleanslb_ejected_backends");
        await load.Sends(20);
        var sent = await load.StopAsync();

        await MockBackend.UntilAsync(() => Delivered.SpanCount(a, b, c) >= sent.Count, "every span", a, b, c);
        Assert.Equal(0, load.Refused);
        Delivered.EverySpanOnce(sent, a, b, c);
    }

    [Fact]
    public async Task With_all_of_them_dead_none_is_ejected_and_requests_are_refused_whole_when_the_queues_are_full()
    {
        await using var a = await MockBackend.StartAsync();
        await using var b = await MockBackend.StartAsync();
        await using var balancer = await OrleansLbProcess.RunAsync(
            Configurations.Balancer([a, b], exporter: Ejection, otlp: "timeout = \"1s\"\nqueue {\nqueue_size = 20\n}"));
        await Die(a, "refuses");
        await Die(b, "refuses");
        using var client = new RawClient(await balancer.ReceiverAsync("grpc"));
        var traces = new TraceFactory();
        var pending = new Queue<ExportTraceServiceRequest>();
        await Eventually.Holds(async () =>
        {
            var request = traces.Request(traces: 60);
            if ((await client.ExportAsync(request)).Status != 0)
                pending.Enqueue(request);
            return pending.Count == 3;
        });
        Assert.Equal(0, await balancer.MetricAsync("orleanslb_ejected_backends"));

        await Live(a, "refuses");
        await Live(b, "refuses");
        foreach (var request in pending)
            await Eventually.Holds(async () => (await client.ExportAsync(request)).Status == 0);
        await MockBackend.UntilAsync(() => Delivered.SpanCount(a, b) >= traces.SpanIds.Count, "every span", a, b);
        Delivered.EverySpanOnce(traces.SpanIds, a, b);
        Delivered.EveryTraceAtOneBackend(a, b);
    }

    [Fact]
    public async Task On_a_ring_of_the_Collectors_nobody_is_ejected()
    {
        await using var a = await MockBackend.StartAsync();
        await using var b = await MockBackend.StartAsync();
        await using var balancer = await OrleansLbProcess.RunAsync(Configurations.Balancer(
            [a, b], exporter: "ejection { after = \"1s\" }\nring = \"collector\"\n", otlp: SmallQueue));
        double before = await balancer.MetricAsync("orleanslb_ring_fingerprint");
        await using var load = new Load(await balancer.ReceiverAsync("grpc"));
        await Die(b, "refuses");
        await balancer.MetricRisesToAsync(20, "orleanslb_exporter_retries_total");
        await load.Sends(100);
        Assert.Equal(before, await balancer.MetricAsync("orleanslb_ring_fingerprint"));
        await Live(b, "refuses");
        var sent = await load.StopAsync();
        await MockBackend.UntilAsync(() => Delivered.SpanCount(a, b) >= sent.Count, "every span", a, b);
        Delivered.EverySpanOnce(sent, a, b);
    }

    private static string Storage => "\n\notelcol.storage.file \"ejection\" { }\n";

    private static async Task Die(MockBackend backend, string death)
    {
        switch (death)
        {
            case "refuses":
                // what is under way is answered first: a part that was taken and not answered comes twice, as it must
                backend.Script = static _ => Reply.Unavailable;
                int attempts = backend.Attempts;
                await Task.WhenAny(MockBackend.UntilAsync(() => backend.Attempts > attempts + 1, "an attempt", backend), Task.Delay(TimeSpan.FromSeconds(1)));
                await backend.StopServerAsync();
                break;
            case "black hole":
                backend.Script = static _ => Reply.Never;
                break;
            default:
                backend.Script = static _ => Reply.Unavailable;
                break;
        }
    }

    private static async Task Live(MockBackend backend, string death)
    {
        backend.Script = static _ => Reply.Ok;
        if (death == "refuses")
            await backend.StartServerAsync();
        else
            await backend.BreakSilenceAsync();
    }

    /// <summary>A client that sends 40 requests a second and tries each three times more, as those of the issue do.</summary>
    private sealed class Load : IAsyncDisposable
    {
        private readonly CancellationTokenSource _enough = new();
        private readonly ConcurrentQueue<Task> _calls = new();
        private readonly TraceFactory _traces = new();
        private readonly RawClient _client;
        private readonly Task _sending;
        private int _refused;
        private int _accepted;

        public Load(Uri receiver)
        {
            _client = new RawClient(receiver);
            _sending = SendAsync();
        }

        /// <summary>Requests that were given up.</summary>
        public int Refused => Volatile.Read(ref _refused);

        /// <summary>Waits until so many more requests have been accepted.</summary>
        public Task Sends(int requests)
        {
            int enough = Volatile.Read(ref _accepted) + requests;
            return Eventually.Holds(() => Volatile.Read(ref _accepted) + Refused >= enough);
        }

        /// <summary>Sends traces whose spans come in two requests, and names them.</summary>
        public async Task<HashSet<string>> SendsTracesInTwoRequests(int requests)
        {
            var whole = new HashSet<string>();
            for (int i = 0; i < requests; i++)
            {
                ExportTraceServiceRequest first, second;
                lock (_traces)
                {
                    first = _traces.Request(traces: 60);
                    second = _traces.More(first);
                }

                whole.UnionWith(first.ResourceSpans.SelectMany(static r => r.ScopeSpans).SelectMany(static s => s.Spans).Select(static s => Convert.ToHexStringLower(s.TraceId.Span)));
                await ExportAsync(first);
                await ExportAsync(second);
            }

            return whole;
        }

        /// <summary>Ends, and tells the IDs of the spans that were sent.</summary>
        public async Task<HashSet<string>> StopAsync()
        {
            await _enough.CancelAsync();
            await _sending;
            await Task.WhenAll(_calls);
            return _traces.SpanIds;
        }

        public async ValueTask DisposeAsync()
        {
            await StopAsync();
            _client.Dispose();
            _enough.Dispose();
        }

        private async Task SendAsync()
        {
            using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(25));
            try
            {
                while (await pace.WaitForNextTickAsync(_enough.Token))
                {
                    ExportTraceServiceRequest request;
                    lock (_traces)
                        request = _traces.Request(traces: 60);
                    _calls.Enqueue(ExportAsync(request));
                }
            }
            catch (OperationCanceledException)
            {
                // enough was sent
            }
        }

        private async Task ExportAsync(ExportTraceServiceRequest request)
        {
            for (int attempt = 0; attempt < 4; attempt++)
            {
                var answer = await _client.ExportAsync(request);
                if (answer.Status == 0)
                {
                    Interlocked.Increment(ref _accepted);
                    return;
                }

                await Task.Delay(TimeSpan.FromMilliseconds(500));
            }

            Interlocked.Increment(ref _refused);
        }
    }
}
