using Microsoft.Extensions.Logging.Abstractions;
using Orleans;
using OrleansLb.Grains.Exporting.Messages;
using OrleansLb.Grains.Exporting.SendingQueues;
using OrleansLb.Grains.Options;
using OrleansLb.Ingress.Pipeline;
using OrleansLb.Otlp;
using OrleansLb.Otlp.Splitting;
using OrleansLb.Testing;
using OrleansLb.Testing.Grains;

namespace OrleansLb.Ingress.Tests.Pipeline;

/// <summary>The front of a load balancer with a sending queue.</summary>
public sealed partial class LoadBalancingConsumerTests
{
    [Fact]
    public async Task A_queue_gets_the_whole_request_of_its_signal_and_as_much_time_as_the_client_has()
    {
        var queues = new FakeQueues();
        byte[] message = TraceRequests.Of(TraceRequests.TraceIds(100));
        var request = new ReceivedRequest(Signal.Traces, _pool.CopyOf(message), 100) { Patience = TimeSpan.FromSeconds(3) };

        var result = await Front(queues).ConsumeAsync(request, default);
        request.Payload.Release();

        Assert.Equal(ConsumeResult.Accepted, result);
        var call = Assert.Single(queues.Calls);
        Assert.Equal(($"{ComponentId}/traces/silo-1", 100, TimeSpan.FromSeconds(3)), (call.Key, call.Items, call.Patience));
        Assert.Equal(message, call.Message);
        _pool.AssertClean();
    }

    [Theory]
    [InlineData(EnqueueStatus.QueueFull, ConsumeStatus.Unavailable)]
    [InlineData(EnqueueStatus.NotStored, ConsumeStatus.Unavailable)]
    [InlineData(EnqueueStatus.Failed, ConsumeStatus.Unavailable)]
    [InlineData(EnqueueStatus.Rejected, ConsumeStatus.Rejected)]
    public async Task What_a_queue_says_is_what_the_client_hears(EnqueueStatus status, ConsumeStatus expected)
    {
        var queues = new FakeQueues { Answer = Task.FromResult(new EnqueueOutcome { Status = status, Message = "why" }) };
        var request = Request(TraceRequests.Of(TraceRequests.TraceIds(1)));

        var result = await Front(queues).ConsumeAsync(request, default);
        request.Payload.Release();

        Assert.Equal((expected, "why"), (result.Status, result.Message));
        _pool.AssertClean();
    }

    [Fact]
    public async Task The_memory_of_a_request_whose_queue_did_not_answer_is_not_used_again()
    {
        var queues = new FakeQueues { Answer = Task.FromException<EnqueueOutcome>(new TimeoutException()) };
        var request = Request(TraceRequests.Of(TraceRequests.TraceIds(1)));

        var result = await Front(queues).ConsumeAsync(request, default);
        request.Payload.Release();

        Assert.Equal(ConsumeStatus.Unavailable, result.Status);
        Assert.Equal(1, _pool.Outstanding);

        // so that the account of memory hears of it when the garbage collector has taken it
        Assert.Equal(1, _pool.LeftBehind);
    }

    [Fact]
    public async Task A_signal_that_the_key_does_not_support_does_not_reach_a_queue()
    {
        var queues = new FakeQueues();
        var request = new ReceivedRequest(Signal.Metrics, _pool.CopyOf([]), 1);

        var result = await Front(queues, RoutingKey.TraceId).ConsumeAsync(request, default);
        request.Payload.Release();

        Assert.Equal((ConsumeStatus.Unavailable, "telemetry type is not supported"), (result.Status, result.Message));
        Assert.Empty(queues.Calls);
    }

    private QueueingConsumer Front(FakeQueues queues, RoutingKey key = RoutingKey.TraceId) => new(
        Options(key) with { SendingQueue = new QueueOptions() }, queues, new OneLane("silo-1"), _meters, _time, NullLogger<QueueingConsumer>.Instance);

    /// <summary>Sending queues that note what they are given and answer what the test says.</summary>
    private sealed class FakeQueues : StringKeyedGrains
    {
        public List<(string Key, byte[] Message, int Items, TimeSpan Patience)> Calls { get; } = [];

        public Func<CreditRequest, Task<CreditGrant>> Grant { get; set; } = static _ => Task.FromResult(new CreditGrant { Session = 1, Room = 1000 });

        public Task<EnqueueOutcome> Answer { get; set; } = Task.FromResult(EnqueueOutcome.Accepted);

        public override TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null) => (TGrainInterface)(object)new SendingQueue(this, primaryKey);

        private sealed class SendingQueue(FakeQueues owner, string key) : ISendingQueueGrain
        {
            public Task<EnqueueOutcome> Enqueue(ExportPart request, EnqueueTerms terms, CancellationToken cancellationToken)
            {
                owner.Calls.Add((key, request.Payload.Message.ToArray(), request.ItemCount, terms.Patience));
                return owner.Answer;
            }

            public Task<CreditGrant> GrantCredit(CreditRequest request) => owner.Grant(request);

            public Task Wake() => throw new NotSupportedException();

            public Task<DrainReport> Drain(TimeSpan patience) => throw new NotSupportedException();
        }
    }
}
