using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans;
using OrleansLb.Grains.Exporting;
using OrleansLb.Grains.Exporting.Messages;
using OrleansLb.Grains.Membership;
using OrleansLb.Grains.Options;
using OrleansLb.Grains.Routing;
using OrleansLb.Ingress.Pipeline;
using OrleansLb.Ingress.Tests.Receivers;
using OrleansLb.Otlp;
using OrleansLb.Otlp.Compression;
using OrleansLb.Otlp.Memory;
using OrleansLb.Otlp.Splitting;
using OrleansLb.Testing;
using OrleansLb.Testing.Grains;

namespace OrleansLb.Ingress.Tests.Pipeline;

public sealed partial class LoadBalancingConsumerTests : IDisposable
{
    private const string ComponentId = "otelcol.exporter.loadbalancing.default";

    private readonly DebugPayloadPool _pool = new(traceRents: true);
    private readonly TestMeters _meters = new();
    private readonly FakeExporters _exporters = new();
    private readonly FixedTables _tables = new();
    private readonly FakeTime _time = new();

    public void Dispose() => _meters.Dispose();

    [Fact]
    public async Task Every_part_goes_to_the_grain_of_its_slot_in_one_call_and_is_released_afterwards()
    {
        var ids = TraceRequests.TraceIds(100).ToArray();
        var result = await Consume(Consumer(), Request(TraceRequests.Of(ids)));

        Assert.Equal(ConsumeResult.Accepted, result);
        Assert.Equal(["0", "1", "2"], _exporters.Calls.Select(static c => c.Key.Split('/')[1]).Order());
        foreach (var call in _exporters.Calls)
        {
            int slot = ExporterGrainKey.Parse(call.Key).Slot;
            Assert.Equal($"{ComponentId}/{slot}/silo-1", call.Key);
            Assert.Equal(TraceRequests.Of(ids.Where(id => _tables.Table.SlotOf(id) == slot)), call.Message);
            Assert.Equal(ids.Count(id => _tables.Table.SlotOf(id) == slot), call.ItemCount);
        }

        _pool.AssertClean();
    }

    [Fact]
    public async Task It_says_how_many_items_there_are_before_it_waits_for_the_grains()
    {
        var consumer = Consumer();
        var request = new ReceivedRequest(Signal.Traces, _pool.CopyOf(TraceRequests.Of(TraceRequests.TraceIds(100))));
        var call = consumer.ConsumeAsync(request, CancellationToken.None);
        Assert.True(consumer.CountsItems);
        Assert.Equal(100, request.ItemCount);
        request.Payload.Release();

        Assert.Equal(ConsumeResult.Accepted, await call);
        Assert.Equal(100, _exporters.Calls.Sum(static c => c.ItemCount));
        _pool.AssertClean();
    }

    [Fact]
    public async Task A_request_without_items_is_accepted_and_goes_nowhere()
    {
        var request = new ReceivedRequest(Signal.Traces, _pool.CopyOf([0x0A, 0x02, 0x12, 0x00]));
        Assert.Equal(ConsumeResult.Accepted, await Consume(Consumer(), request));
        Assert.Equal(0, request.ItemCount);
        Assert.Empty(_exporters.Calls);
        _pool.AssertClean();
    }

    [Fact]
    public async Task Without_backends_the_client_may_try_again()
    {
        _tables.Table = RoutingTable.From(RoutingSnapshot.None, RingKind.Partitions);
        var result = await Consume(Consumer(), Request(TraceRequests.Of(TraceRequests.TraceIds(1))));
        Assert.Equal(ConsumeStatus.Unavailable, result.Status);
        Assert.NotNull(result.RetryAfter);
        Assert.Empty(_exporters.Calls);
        _pool.AssertClean();
    }

    [Fact]
    public async Task A_signal_that_the_key_does_not_know_is_not_supported()
    {
        var result = await Consume(Consumer(), new ReceivedRequest(Signal.Metrics, _pool.CopyOf([]), 1));
        Assert.Equal(new ConsumeResult(ConsumeStatus.Unavailable, "telemetry type is not supported"), result);
        _pool.AssertClean();
    }

    [Fact]
    public async Task Bytes_that_are_no_request_are_the_clients_fault()
    {
        var result = await Consume(Consumer(), new ReceivedRequest(Signal.Traces, _pool.CopyOf([0x0A, 0x05, 1]), 1));
        Assert.Equal(ConsumeStatus.Invalid, result.Status);
        Assert.Contains("at byte", result.Message, StringComparison.Ordinal);
        _pool.AssertClean();
    }

    [Fact]
    public async Task A_whole_request_that_came_compressed_goes_on_untouched_when_the_backends_take_gzip()
    {
        foreach (var (compression, forwarded) in new[] { (ContentCoding.Gzip, true), (ContentCoding.Identity, false) })
        {
            var request = Request(TraceRequests.Of("checkout", TraceRequests.TraceIds(20)));
            request = request with { Compressed = GzipEncoder.Encode(_pool, request.Payload.Message.Span) };
            await Consume(Consumer(RoutingKey.Service, compression), request);
            Assert.Same(forwarded ? request.Compressed : request.Payload, _exporters.Calls[^1].Payload);
            Assert.Equal(20, _exporters.Calls[^1].ItemCount);
        }

        Assert.Equal(2, _exporters.Calls.Count);
        _pool.AssertClean();
    }

    [Fact]
    public async Task Items_without_their_key_are_routed_and_counted_by_signal_and_key()
    {
        await Consume(Consumer(), Request(TraceRequests.Of([.. TraceRequests.TraceIds(5), new byte[16], []])));
        var nameless = new WireMessage().Message(2, new WireMessage().Message(2, new()).Message(2, new()).Message(2, new()).Message(2, new()));
        await Consume(Consumer(RoutingKey.Service), Request(new WireMessage().Message(1, nameless).Encode()));
        await Consume(Consumer(RoutingKey.Service), Request(TraceRequests.Of("checkout", TraceRequests.TraceIds(3))));

        Assert.Equal(7 + 4 + 3, _exporters.Calls.Sum(static call => call.ItemCount));
        Assert.Equal(
            [
                ("orleanslb_missing_routing_key_items{exporter=load_balancing/" + ComponentId + ",component_path=/,component_id=" + ComponentId + ",signal=traces,key=service}", 4L),
                ("orleanslb_missing_routing_key_items{exporter=load_balancing/" + ComponentId + ",component_path=/,component_id=" + ComponentId + ",signal=traces,key=traceID}", 2L),
            ],
            _meters.Sums.Where(static sum => sum.Key.StartsWith("orleanslb_missing_routing_key_items", StringComparison.Ordinal)).Select(static sum => (sum.Key, sum.Value)).Order());
        _pool.AssertClean();
    }

    [Fact]
    public async Task A_compressed_request_for_several_slots_is_split_from_its_plain_form()
    {
        var request = Request(TraceRequests.Of(TraceRequests.TraceIds(100)));
        request = request with { Compressed = GzipEncoder.Encode(_pool, request.Payload.Message.Span) };
        Assert.Equal(ConsumeResult.Accepted, await Consume(Consumer(), request));
        Assert.Equal(3, _exporters.Calls.Count);
        Assert.All(_exporters.Calls, static c => Assert.Equal(ContentCoding.Identity, c.Payload.Coding));
        _pool.AssertClean();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    public async Task One_refused_part_refuses_the_request_with_a_delay(int traces)
    {
        _exporters.Answer = static key => Task.FromResult(key.Slot == FirstSlot ? EnqueueOutcome.QueueFull : EnqueueOutcome.Accepted);
        _tables.Table = traces == 1 ? Table("only") : _tables.Table;
        var result = await Consume(Consumer(), Request(TraceRequests.Of(TraceRequests.TraceIds(traces))));
        Assert.Equal(new ConsumeResult(ConsumeStatus.Unavailable, "sending queue is full", TimeSpan.FromSeconds(1)), result);
        _pool.AssertClean();
    }

    [Fact]
    public async Task The_longest_delay_that_a_grain_asks_for_is_passed_on()
    {
        _exporters.Answer = static key => Task.FromResult(EnqueueOutcome.Stopping with { RetryAfter = TimeSpan.FromSeconds(2 + key.Slot) });
        var result = await Consume(Consumer(), Request(TraceRequests.Of(TraceRequests.TraceIds(100))));
        Assert.Equal(TimeSpan.FromSeconds(4), result.RetryAfter);
        _pool.AssertClean();
    }

    [Fact]
    public async Task A_part_refused_for_good_rejects_the_request_unless_another_may_still_succeed()
    {
        var rejected = new EnqueueOutcome { Status = EnqueueStatus.Rejected, Message = "bad data" };
        _exporters.Answer = key => Task.FromResult(key.Slot == FirstSlot ? rejected : EnqueueOutcome.Accepted);
        var request = TraceRequests.Of(TraceRequests.TraceIds(100));
        Assert.Equal(new ConsumeResult(ConsumeStatus.Rejected, "bad data"), await Consume(Consumer(), Request(request)));

        _exporters.Answer = key => Task.FromResult(key.Slot == FirstSlot ? rejected : EnqueueOutcome.QueueFull);
        Assert.Equal(ConsumeStatus.Unavailable, (await Consume(Consumer(), Request(request))).Status);
        _pool.AssertClean();
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(100, true)]
    [InlineData(1, false)]
    [InlineData(100, false)]
    public async Task The_memory_of_a_part_whose_grain_did_not_answer_is_never_used_again(int traces, bool throwsAtOnce)
    {
        int lost = _tables.Table.SlotOf(TraceRequests.TraceIds(traces).First());
        _exporters.Answer = key => key.Slot != lost ? Task.FromResult(EnqueueOutcome.Accepted)
            : throwsAtOnce ? throw new InvalidOperationException("silo lost") : Task.FromException<EnqueueOutcome>(new TimeoutException());
        var result = await Consume(Consumer(), Request(TraceRequests.Of(TraceRequests.TraceIds(traces))));

        Assert.Equal(ConsumeStatus.Unavailable, result.Status);
        Assert.NotNull(result.RetryAfter);
        Assert.Equal(1, _pool.Outstanding);
    }

    [Fact]
    public async Task Parts_wait_for_their_grains_at_the_same_time_and_are_released_only_then()
    {
        var answers = new Dictionary<int, TaskCompletionSource<EnqueueOutcome>>();
        _exporters.Answer = key => (answers[key.Slot] = new TaskCompletionSource<EnqueueOutcome>()).Task;
        var request = Request(TraceRequests.Of(TraceRequests.TraceIds(100)));
        var consumed = Consumer().ConsumeAsync(request, default);
        Assert.Equal([0, 1, 2], answers.Keys.Order());
        Assert.False(consumed.IsCompleted);
        Assert.Equal(4, _pool.Outstanding);

        foreach (var answer in answers.Values)
            answer.SetResult(EnqueueOutcome.Accepted);
        Assert.Equal(ConsumeResult.Accepted, await consumed);
        request.Payload.Release();
        _pool.AssertClean();
    }

    [Fact]
    public async Task A_single_part_may_wait_as_well()
    {
        var answer = new TaskCompletionSource<EnqueueOutcome>();
        _exporters.Answer = _ => answer.Task;
        var request = Request(TraceRequests.Of(TraceRequests.TraceIds(1)));
        var consumed = Consumer().ConsumeAsync(request, default);
        request.Payload.Release();
        Assert.Equal(1, _pool.Outstanding);

        answer.SetResult(EnqueueOutcome.QueueFull);
        Assert.Equal(ConsumeStatus.Unavailable, (await consumed).Status);
        _pool.AssertClean();
    }

    [Theory]
    [InlineData(null, 25)]
    [InlineData(60, 25)]
    [InlineData(3, 3)]
    public async Task Grains_are_given_the_clients_patience_below_the_timeout_of_a_call(int? client, int given)
    {
        var patience = client is { } seconds ? TimeSpan.FromSeconds(seconds) : (TimeSpan?)null;
        await Consume(Consumer(), Request(TraceRequests.Of(TraceRequests.TraceIds(1))) with { Patience = patience });
        Assert.Equal(TimeSpan.FromSeconds(given), Assert.Single(_exporters.Calls).Patience);
    }

    [Fact]
    public async Task Items_are_counted_by_slot_and_backend_and_by_the_backend_that_sat_there()
    {
        var consumer = Consumer();
        await Consume(consumer, Request(TraceRequests.Of(TraceRequests.TraceIds(100))));
        _tables.Table = Table("a", "d", "c");
        await Consume(consumer, Request(TraceRequests.Of(TraceRequests.TraceIds(100))));
        await Consume(consumer, Request(TraceRequests.Of(TraceRequests.TraceIds(1))));

        const string Labels = $"exporter=load_balancing/{ComponentId},component_path=/,component_id={ComponentId}";
        long atSlotOne = TraceRequests.TraceIds(100).Count(id => _tables.Table.SlotOf(id) == 1);
        int slotOfOne = _tables.Table.SlotOf(TraceRequests.TraceIds(1).Single());
        Assert.Equal(201, _meters.Sum("orleanslb_slot_items"));
        Assert.Equal(atSlotOne, _meters.Sums[$"orleanslb_slot_items{{{Labels},slot=1,backend=b}}"]);
        Assert.Equal(atSlotOne + (slotOfOne == 1 ? 1 : 0), _meters.Sums[$"orleanslb_slot_items{{{Labels},slot=1,backend=d}}"]);
        _pool.AssertClean();
    }

    [Fact]
    public async Task One_request_in_sixty_four_is_looked_through_for_hot_keys()
    {
        var consumer = Consumer(RoutingKey.Service);
        const int Requests = 6400;
        for (int i = 0; i < Requests; i++)
            await Consume(consumer, Request(TraceRequests.Of(TraceRequests.TraceIds(3))));

        // a hundred are expected; six standard deviations are 60
        var report = consumer.HotKeys.Report();
        Assert.InRange(report.SampledRequests, 40, 160);
        Assert.Equal((ComponentId, 64, 3 * report.SampledRequests), (report.ComponentId, report.OneIn, report.SampledItems));
        Assert.Equal(("checkout", 64 * report.SampledItems, 1.0), (System.Text.Encoding.UTF8.GetString(report.Keys[0].Identifier), report.Keys[0].Items, report.Keys[0].Share));
    }

    [Fact]
    public async Task A_grain_reference_is_made_once_per_slot()
    {
        var consumer = Consumer();
        for (int i = 0; i < 5; i++)
            await Consume(consumer, Request(TraceRequests.Of(TraceRequests.TraceIds(100))));
        Assert.Equal(15, _exporters.Calls.Count);
        Assert.Equal(3, _exporters.Made);
        _pool.AssertClean();
    }

    [Fact]
    public async Task The_path_allocates_per_part_and_not_per_item() => await AllocatesPerPart(Options());

    private static int FirstSlot => 0;

    private async Task AllocatesPerPart(LoadBalancingOptions options)
    {
        var consumer = new LoadBalancingConsumer(
            options, _tables, new Sink(), new OneLane("silo-1"), PayloadPool.Shared, new SilentMeters(), TimeProvider.System, NullLogger<LoadBalancingConsumer>.Instance);
        long small = await AllocatedBy(consumer, 300);
        long large = await AllocatedBy(consumer, 30_000);
        Assert.InRange(large, 0, small + 200);
        Assert.InRange(small, 0, 3 * 200 + 200);
    }

    private static async Task<long> AllocatedBy(LoadBalancingConsumer consumer, int traces)
    {
        var request = new ReceivedRequest(Signal.Traces, Otlp.Memory.Payload.CopyOf(TraceRequests.Of(TraceRequests.TraceIds(traces))), traces);
        for (int i = 0; i < 20; i++)
            await consumer.ConsumeAsync(request, default);

        long least = long.MaxValue;
        for (int i = 0; i < 10; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            var consumed = consumer.ConsumeAsync(request, default);
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(consumed.IsCompletedSuccessfully);
            Assert.Equal(ConsumeResult.Accepted, await consumed);
            least = Math.Min(least, allocated);
        }

        return least;
    }

    private LoadBalancingConsumer Consumer(LoadBalancingOptions options) => new(
        options, _tables, _exporters, new OneLane("silo-1"), _pool, _meters, _time, NullLogger<LoadBalancingConsumer>.Instance);

    private LoadBalancingConsumer Consumer(RoutingKey key = RoutingKey.TraceId, ContentCoding compression = ContentCoding.Gzip) => new(
        Options(key, compression), _tables, _exporters, new OneLane("silo-1"), _pool, _meters, _time, NullLogger<LoadBalancingConsumer>.Instance);

    private static LoadBalancingOptions Options(RoutingKey key = RoutingKey.TraceId, ContentCoding compression = ContentCoding.Gzip) => new()
    {
        ComponentId = ComponentId,
        RoutingKey = key,
        Resolver = new ResolverOptions.Static(["unused"]),
        Client = new ClientOptions { Compression = compression },
    };

    /// <summary>Hands a request over and releases it as a receiver does.</summary>
    private static async Task<ConsumeResult> Consume(LoadBalancingConsumer consumer, ReceivedRequest request)
    {
        var result = await consumer.ConsumeAsync(request, default);
        request.Payload.Release();
        request.Compressed?.Release();
        return result;
    }

    private ReceivedRequest Request(byte[] message) => new(Signal.Traces, _pool.CopyOf(message), 1);

    private static RoutingTable Table(params string[] backends)
    {
        var slots = backends.Select(static (backend, slot) => new SlotAssignment(slot, backend)).ToImmutableArray();
        var partitions = Enumerable.Range(0, Partitioning.Count).Select(partition => (ushort)(partition % backends.Length)).ToImmutableArray();
        return RoutingTable.From(new RoutingSnapshot { Epoch = 1, Slots = slots, Partitions = partitions }, RingKind.Partitions);
    }

    private sealed class FixedTables : IRoutingTables
    {
        public RoutingTable Table { get; set; } = Table("a", "b", "c");

        public RoutingTable Current(string componentId) => componentId == ComponentId ? Table : throw new KeyNotFoundException(componentId);

        public Task<RoutingTable> NewerThan(string componentId, long epoch, CancellationToken cancellationToken) => throw new NotSupportedException();
    }

    private sealed record Call(string Key, Payload Payload, byte[] Message, int ItemCount, TimeSpan Patience, bool AwaitsDelivery, string? Router, CancellationToken Gone);

    /// <summary>Exporter grains that note what they are given and answer what the test says.</summary>
    private sealed class FakeExporters : StringKeyedGrains
    {
        public List<Call> Calls { get; } = [];

        public int Made { get; private set; }

        public Func<ExporterGrainKey, CreditRequest, Task<CreditGrant>> Grant { get; set; } = static (_, _) => Task.FromResult(new CreditGrant { Session = 1, Room = 1000 });

        public Func<ExporterGrainKey, Task<EnqueueOutcome>> Answer { get; set; } = static _ => Task.FromResult(EnqueueOutcome.Accepted);

        public override TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null)
        {
            Made++;
            return (TGrainInterface)(object)new Exporter(this, primaryKey);
        }

        private sealed class Exporter(FakeExporters owner, string key) : IExporterGrain
        {
            public Task<EnqueueOutcome> EnqueueAndWait(ExportPart part, EnqueueTerms terms, CancellationToken cancellationToken) => Enqueue(part, terms, cancellationToken);

            public Task<EnqueueOutcome> Enqueue(ExportPart part, EnqueueTerms terms, CancellationToken cancellationToken)
            {
                owner.Calls.Add(new Call(key, part.Payload, part.Payload.Message.ToArray(), part.ItemCount, terms.Patience, part.AwaitsDelivery, terms.Router, cancellationToken));
                return owner.Answer(ExporterGrainKey.Parse(key));
            }

            public Task<CreditGrant> GrantCredit(CreditRequest request) => owner.Grant(ExporterGrainKey.Parse(key), request);

            public Task Wake() => throw new NotSupportedException();

            public Task<DrainReport> Drain(TimeSpan patience) => throw new NotSupportedException();
        }
    }

    /// <summary>Meters that nobody listens to.</summary>
    private sealed class SilentMeters : IMeterFactory
    {
        public Meter Create(MeterOptions options) => new(options);

        public void Dispose()
        {
        }
    }

    /// <summary>Exporter grains that accept everything without a trace.</summary>
    private sealed class Sink : StringKeyedGrains, IExporterGrain
    {
        private readonly Task<EnqueueOutcome> _accepted = Task.FromResult(EnqueueOutcome.Accepted);

        public override TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null) => (TGrainInterface)(object)this;

        public Task<EnqueueOutcome> Enqueue(ExportPart part, EnqueueTerms terms, CancellationToken cancellationToken) => _accepted;

        public Task<EnqueueOutcome> EnqueueAndWait(ExportPart part, EnqueueTerms terms, CancellationToken cancellationToken) => _accepted;

        public Task<CreditGrant> GrantCredit(CreditRequest request) => Task.FromResult(new CreditGrant { Session = 1, Room = 1000 });

        public Task Wake() => throw new NotSupportedException();

        public Task<DrainReport> Drain(TimeSpan patience) => throw new NotSupportedException();
    }
}
