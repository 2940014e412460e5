using System.Globalization;
using System.Net;
using OrleansLb.EndToEnd.Tests.Infrastructure;
using OrleansLb.OtlpModel;
using Xunit.Abstractions;

namespace OrleansLb.EndToEnd.Tests;

/// <summary>
/// More is offered than healthy backends take, by clients that send each request again until it is accepted: what was refused must have left nothing behind, so that every
/// span arrives, and arrives once (invariant I2).
/// </summary>
public sealed class OverloadTests(ITestOutputHelper output)
{
    private const string SmallQueue = "queue {\nqueue_size = 10\nnum_consumers = 1\n}";

    [Theory]
    [InlineData(1, false)]
    [InlineData(3, true)]
    [InlineData(3, false)]
    [InlineData(30, true)]
    [InlineData(30, false)]
    [InlineData(300, false)]
    public async Task However_many_ring_slots_a_request_meets_nothing_is_doubled(int slots, bool heedful)
    {
        await using var backends = await MockBackend.StartManyAsync(slots);

        // a request meets one ring slot in six of three hundred, so that those must be slower for as many to wait at each
        backends.Script = Paced(TimeSpan.FromMilliseconds(slots < 300 ? 40 : 200));
        await using var balancer = await OrleansLbProcess.RunAsync(Configurations.Balancer([backends], otlp: SmallQueue));
        await AssertEverySpanArrivesOnce(balancer, backends, requests: 120, heedful);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task With_one_slow_backend_among_quick_ones_nothing_is_doubled(bool heedful)
    {
        await using var backends = await MockBackend.StartManyAsync(3);
        var slow = IPAddress.Parse("127.77.0.2");
        backends.Script = delivery => Reply.Ok with { Pause = TimeSpan.FromMilliseconds(delivery.At.Equals(slow) ? 60 : 1) };
        await using var balancer = await OrleansLbProcess.RunAsync(Configurations.Balancer([backends], otlp: SmallQueue));
        await AssertEverySpanArrivesOnce(balancer, backends, requests: 120, heedful);
    }

    [Theory]
    [InlineData("", SmallQueue)]
    [InlineData("", "queue {\nqueue_size = 10\nnum_consumers = 1\nstorage = otelcol.storage.file.overload.handler\n}")]
    [InlineData("", "queue {\nqueue_size = 300\nsizer = \"items\"\nnum_consumers = 1\n}")]
    [InlineData("", "queue {\nqueue_size = 40000\nsizer = \"bytes\"\nnum_consumers = 1\n}")]
    [InlineData("", "queue {\nqueue_size = 10\nnum_consumers = 1\nbatch {\nmin_size = 100\nmax_size = 200\nflush_timeout = \"50ms\"\n}\n}")]
    [InlineData("", "queue {\nqueue_size = 10\nnum_consumers = 1\nblock_on_overflow = true\n}")]
    [InlineData("retry_on_failure {\ninitial_interval = \"50ms\"\nmax_interval = \"200ms\"\nmax_elapsed_time = \"1s\"\n}", SmallQueue)]
    [InlineData("sending_queue {\nqueue_size = 20\nnum_consumers = 4\n}", SmallQueue)]
    [InlineData("sending_queue {\nqueue_size = 20\nnum_consumers = 4\nstorage = otelcol.storage.file.overload.handler\n}", SmallQueue)]
    public async Task Whatever_kind_of_queue_nothing_is_doubled(string exporter, string otlp)
    {
        await using var backends = await MockBackend.StartManyAsync(3);
        backends.Script = Paced(TimeSpan.FromMilliseconds(40));
        string configuration = Configurations.Balancer([backends], exporter: exporter, otlp: otlp) + "\n\notelcol.storage.file \"overload\" { }\n";
        await using var balancer = await OrleansLbProcess.RunAsync(configuration);
        await AssertEverySpanArrivesOnce(balancer, backends, requests: 120, heedful: false, mayBlock: otlp.Contains("block_on_overflow", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_has_two_consumers_is_doubled_at_neither()
    {
        await using var quick = await MockBackend.StartAsync();
        await using var slow = await MockBackend.StartManyAsync(3);
        slow.Script = Paced(TimeSpan.FromMilliseconds(40));
        string configuration = Configurations.Balancer([slow], otlp: SmallQueue)
            .Replace("traces = [otelcol.exporter.loadbalancing.default.input]", "traces = [otelcol.exporter.loadbalancing.second.input, otelcol.exporter.loadbalancing.default.input]", StringComparison.Ordinal)
            + $$"""


            otelcol.exporter.loadbalancing "second" {
              resolver {
                static { hostnames = ["{{quick.Endpoint}}"] }
              }
              protocol {
                otlp {
                  client {
                    tls { insecure = true }
                  }
                }
              }
            }
            """;
        await using var balancer = await OrleansLbProcess.RunAsync(configuration);
        var sent = await AssertEverySpanArrivesOnce(balancer, slow, requests: 120, heedful: false);
        await MockBackend.UntilAsync(() => Delivered.SpanCount(quick) >= sent.Count, "every span", quick);
        Delivered.EverySpanOnce(sent, quick);
    }

    // As a real backend whose work takes a while; the balancer sends one request at a time to each.
    private static Func<Delivery, Reply> Paced(TimeSpan pause) => _ => Reply.Ok with { Pause = pause };

    private async Task<HashSet<string>> AssertEverySpanArrivesOnce(
        OrleansLbProcess balancer, MockBackend backends, int requests, bool heedful, bool mayBlock = false)
    {
        const int InFlight = 100;
        var receiver = await balancer.ReceiverAsync("grpc");
        var traces = new TraceFactory();
        var all = new System.Collections.Concurrent.ConcurrentQueue<ExportTraceServiceRequest>(
            Enumerable.Range(0, requests).Select(_ => traces.Request(traces: 60, spansPerTrace: 2)));
        int refusals = 0;
        using var client = new RawClient(receiver);
        await Task.WhenAll(Enumerable.Range(0, InFlight).Select(async _ =>
        {
            while (all.TryDequeue(out var request))
            {
                while (await client.ExportAsync(request) is { Status: not 0 } refused)
                {
                    Assert.Equal(14, refused.Status);
                    Interlocked.Increment(ref refusals);
                    Assert.NotNull(refused.RetryDelay);
                    await Task.Delay(heedful ? refused.RetryDelay.Value : TimeSpan.FromMilliseconds(20));
                }
            }
        })).WaitAsync(Patience.Long);

        await MockBackend.UntilAsync(() => Delivered.SpanCount(backends) >= traces.SpanIds.Count, "every span", backends);
        await balancer.MetricFallsToAsync(0, "otelcol_exporter_queue_size");
        Delivered.EverySpanOnce(traces.SpanIds, backends);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{requests} requests, {refusals} refusals"));
        if (!mayBlock)
            Assert.NotEqual(0, refusals);
        return traces.SpanIds;
    }
}
