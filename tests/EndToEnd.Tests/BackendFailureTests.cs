using System.Collections.Concurrent;
using OrleansLb.EndToEnd.Tests.Infrastructure;
using OrleansLb.OtlpModel;
using OrleansLb.Testing;

namespace OrleansLb.EndToEnd.Tests;

/// <summary>What becomes of data when a backend does not simply answer OK.</summary>
public sealed class BackendFailureTests
{
    [Fact]
    public async Task A_backend_that_dies_and_comes_back_gets_everything_that_is_its_own()
    {
        await using var a = await MockBackend.StartAsync();
        await using var b = await MockBackend.StartAsync();
        await using var balancer = await OrleansLbProcess.RunAsync(Configurations.Balancer([a, b]));
        using var client = new RawClient(await balancer.ReceiverAsync("grpc"));
        var traces = new TraceFactory();

        await SendAsync(client, traces, requests: 10);
        await MockBackend.UntilAsync(() => Delivered.SpanCount(a, b) == traces.SpanIds.Count, "spans before the death", a, b);
        // a backend that dies between taking a request and answering it gets the request again, and rightly so
        await balancer.MetricReachesAsync(traces.SpanIds.Count, "otelcol_exporter_sent_spans_total");
        await b.StopServerAsync();
        int atA = Delivered.SpanCount(a);
        await SendAsync(client, traces, requests: 10);
        await balancer.MetricReachesAsync(1, "orleanslb_exporter_retries_total", $"endpoint=\"{b.Endpoint}\"");
        await MockBackend.UntilAsync(() => Delivered.SpanCount(a) > atA, "the living backend goes on", a);
        await b.StartServerAsync();
        await MockBackend.UntilAsync(() => Delivered.SpanCount(a, b) >= traces.SpanIds.Count, "spans after the return", a, b);

        Delivered.EverySpanOnce(traces.SpanIds, a, b);
        Delivered.EveryTraceAtOneBackend(a, b);
    }

    [Fact]
    public async Task A_connection_that_goes_dead_without_a_word_is_replaced_within_ten_seconds_while_data_is_under_way()
    {
        await using var backend = await MockBackend.StartAsync();
        await using var proxy = new SilentProxy(backend.Port);
        string configuration = Configurations.Balancer([], resolver: $"static {{ hostnames = [\"{proxy.Endpoint}\"] }}")
            .Replace("\"50ms\"", "\"30s\"", StringComparison.Ordinal)
            .Replace("\"500ms\"", "\"30s\"", StringComparison.Ordinal);
        await using var balancer = await OrleansLbProcess.RunAsync(configuration);
        using var client = new RawClient(await balancer.ReceiverAsync("grpc"));
        var traces = new TraceFactory();
        await SendAsync(client, traces, requests: 3);
        await balancer.MetricReachesAsync(traces.SpanIds.Count, "otelcol_exporter_sent_spans_total");

        proxy.Silence();
        long silenced = TimeProvider.System.GetTimestamp();
        // more than there are consumers
        await SendAsync(client, traces, requests: 30);
        await MockBackend.UntilAsync(() => Delivered.SpanCount(backend) >= traces.SpanIds.Count, "all spans delivered", backend);

        Assert.InRange(TimeProvider.System.GetElapsedTime(silenced), TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(10));
        Delivered.EverySpanOnce(traces.SpanIds, backend);
        Assert.Equal(2, proxy.Connections);
    }

    [Fact]
    public async Task A_backend_that_answers_unavailable_is_tried_again_and_the_others_get_nothing_twice()
    {
        await using var a = await MockBackend.StartAsync();
        await using var b = await MockBackend.StartAsync();
        int refusals = 3;
        b.Script = _ => Interlocked.Decrement(ref refusals) >= 0 ? Reply.Unavailable : Reply.Ok;
        await using var balancer = await OrleansLbProcess.RunAsync(Configurations.Balancer([a, b]));
        using var client = new RawClient(await balancer.ReceiverAsync("grpc"));
        var traces = new TraceFactory();

        await SendAsync(client, traces, requests: 5);
        await MockBackend.UntilAsync(() => Delivered.SpanCount(a, b) >= traces.SpanIds.Count, "all spans delivered", a, b);

        Delivered.EverySpanOnce(traces.SpanIds, a, b);
        Delivered.EveryTraceAtOneBackend(a, b);
        Assert.Equal(5, a.Attempts);
        Assert.Equal(5 + 3, b.Attempts);
    }

    [Fact]
    public async Task Resource_exhausted_with_retry_info_is_tried_again_after_the_delay_it_names()
    {
        await using var backend = await MockBackend.StartAsync();
        var delay = TimeSpan.FromSeconds(2);
        var at = new ConcurrentQueue<long>();
        int refusals = 1;
        backend.Script = _ =>
        {
            at.Enqueue(TimeProvider.System.GetTimestamp());
            return Interlocked.Decrement(ref refusals) >= 0 ? Reply.ResourceExhausted(delay) : Reply.Ok;
        };
        await using var balancer = await OrleansLbProcess.RunAsync(Configurations.Balancer([backend]));
        using var client = new RawClient(await balancer.ReceiverAsync("grpc"));
        var traces = new TraceFactory();

        await SendAsync(client, traces, requests: 1);
        await MockBackend.UntilAsync(() => Delivered.SpanCount(backend) > 0, "the span delivered", backend);

        Delivered.EverySpanOnce(traces.SpanIds, backend);
        long[] times = [.. at];
        Assert.Equal(2, times.Length);
        // the configured back-off would have come back after 75 ms at the latest
        Assert.InRange(TimeProvider.System.GetElapsedTime(times[0], times[1]), delay - TimeSpan.FromMilliseconds(20), Patience.Long);
    }

    [Fact]
    public async Task Resource_exhausted_without_retry_info_is_dropped_and_counted_and_the_queue_goes_on()
        => await OneRefusalIsDroppedAsync(Reply.ResourceExhausted(retryDelay: null));

    [Fact]
    public async Task A_request_that_the_backend_calls_invalid_is_dropped_and_counted_and_the_queue_goes_on()
        => await OneRefusalIsDroppedAsync(Reply.InvalidArgument);

    [Fact]
    public async Task Partial_success_is_not_tried_again()
    {
        await using var backend = await MockBackend.StartAsync();
        backend.Script = static _ => Reply.Ok with
        {
            Response = new ExportTraceServiceResponse { PartialSuccess = new ExportTracePartialSuccess { RejectedSpans = 2, ErrorMessage = "two were too old" } },
        };
        await using var balancer = await OrleansLbProcess.RunAsync(Configurations.Balancer([backend]));
        using var client = new RawClient(await balancer.ReceiverAsync("grpc"));
        var traces = new TraceFactory();

        await SendAsync(client, traces, requests: 3);
        await balancer.MetricReachesAsync(traces.SpanIds.Count, "otelcol_exporter_sent_spans_total");

        Assert.Equal(3, backend.Attempts);
        Assert.Equal(6, await balancer.MetricAsync("orleanslb_exporter_partial_rejected_items_total"));
        Assert.Contains("two were too old", balancer.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_backend_that_never_answers_is_given_up_after_the_timeout_and_tried_again()
    {
        await using var a = await MockBackend.StartAsync();
        await using var b = await MockBackend.StartAsync();
        int silences = 2;
        b.Script = _ => Interlocked.Decrement(ref silences) >= 0 ? Reply.Never : Reply.Ok;
        await using var balancer = await OrleansLbProcess.RunAsync(Configurations.Balancer([a, b], otlp: "timeout = \"4s\""));
        using var client = new RawClient(await balancer.ReceiverAsync("grpc"));
        var traces = new TraceFactory();

        await SendAsync(client, traces, requests: 4);
        await MockBackend.UntilAsync(() => Delivered.SpanCount(a, b) >= traces.SpanIds.Count, "all spans delivered", a, b);

        Delivered.EverySpanOnce(traces.SpanIds, a, b);
        Assert.Equal(4 + 2, b.Attempts);
    }

    [Fact]
    public async Task A_full_queue_is_answered_with_unavailable_and_what_was_accepted_arrives()
    {
        await using var backend = await MockBackend.StartAsync();
        var open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        backend.Script = _ => open.Task.IsCompleted ? Reply.Ok : Reply.Unavailable;
        await using var balancer = await OrleansLbProcess.RunAsync(Configurations.Balancer([backend], otlp: "queue { queue_size = 3 }"));
        using var client = new RawClient(await balancer.ReceiverAsync("grpc"));
        var traces = new TraceFactory();

        for (int i = 0; i < 3; i++)
            Assert.Equal(0, (await client.ExportAsync(traces.Request(traces: 1))).Status);
        var (status, message) = await client.ExportAsync(new TraceFactory(seed: 2).Request(traces: 1));
        Assert.Equal(14, status);
        Assert.Contains("queue is full", message, StringComparison.Ordinal);
        Assert.Equal(3, await balancer.MetricAsync("otelcol_receiver_refused_spans_total"));
        Assert.Equal(3, await balancer.MetricAsync("otelcol_exporter_queue_size"));
        Assert.Equal(3, await balancer.MetricAsync("otelcol_exporter_queue_capacity"));

        open.SetResult();
        await MockBackend.UntilAsync(() => Delivered.SpanCount(backend) >= traces.SpanIds.Count, "the accepted spans delivered", backend);
        Delivered.EverySpanOnce(traces.SpanIds, backend);
    }

    [Fact]
    public async Task Gzip_goes_out_when_the_client_block_does_not_say_otherwise()
    {
        await using var a = await MockBackend.StartAsync();
        await using var b = await MockBackend.StartAsync();
        await using var balancer = await OrleansLbProcess.RunAsync(Configurations.Balancer([a, b], client: ""));
        using var client = new RawClient(await balancer.ReceiverAsync("grpc"));
        var traces = new TraceFactory();

        await SendAsync(client, traces, requests: 5);
        await MockBackend.UntilAsync(() => Delivered.SpanCount(a, b) >= traces.SpanIds.Count, "all spans delivered", a, b);

        Delivered.EverySpanOnce(traces.SpanIds, a, b);
        Assert.All(a.Accepted.Concat(b.Accepted), static d => Assert.True(d.WasCompressed));
    }

    private static async Task OneRefusalIsDroppedAsync(Reply refusal)
    {
        await using var backend = await MockBackend.StartAsync();
        int refusals = 1;
        backend.Script = _ => Interlocked.Decrement(ref refusals) >= 0 ? refusal : Reply.Ok;
        await using var balancer = await OrleansLbProcess.RunAsync(Configurations.Balancer([backend]));
        using var client = new RawClient(await balancer.ReceiverAsync("grpc"));
        var poison = new TraceFactory(seed: 7);
        var traces = new TraceFactory(seed: 8);

        await SendAsync(client, poison, requests: 1);
        await balancer.MetricReachesAsync(poison.SpanIds.Count, "otelcol_exporter_send_failed_spans_total");
        await SendAsync(client, traces, requests: 3);
        await MockBackend.UntilAsync(() => Delivered.SpanCount(backend) >= traces.SpanIds.Count, "the others delivered", backend);

        Delivered.EverySpanOnce(traces.SpanIds, backend);
        Assert.Equal(4, backend.Attempts);
        Assert.Equal(poison.SpanIds.Count, await balancer.MetricAsync("orleanslb_dropped_items_total"));
    }

    private static async Task SendAsync(RawClient client, TraceFactory traces, int requests)
    {
        for (int i = 0; i < requests; i++)
        {
            var (status, message) = await client.ExportAsync(traces.Request(traces: 40));
            Assert.True(status == 0, $"grpc-status {status}: {message}");
        }
    }
}
