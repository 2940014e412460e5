using System.Collections.Concurrent;
using System.Threading.Channels;
using OrleansLb.Grains.Exporting.Messages;
using OrleansLb.Grains.Exporting.SendingQueues;
using OrleansLb.Otlp.Memory;

namespace OrleansLb.Grains.Tests.Exporting;

/// <summary>A router that answers as scripted, or leaves a request open for the test to answer.</summary>
internal sealed class FakeFanOut(PayloadPool pool) : IFanOuts, IFanOut
{
    private readonly Channel<FanOutCall> _calls = Channel.CreateUnbounded<FanOutCall>();

    /// <summary>The answer to a request; null leaves it open.</summary>
    public Func<FanOutCall, FanOutResult?> Script { get; set; } = static _ => Taken;

    /// <summary>Traces of the requests that were taken whole.</summary>
    public ConcurrentQueue<int[]> Delivered { get; } = [];

    public static FanOutResult Taken { get; } = new(EnqueueOutcome.Accepted, 0, []);

    public bool HasNext => _calls.Reader.TryPeek(out _);

    /// <summary>Nobody took the spans of these traces, and so many items were refused for good.</summary>
    public FanOutResult Left(string message, int rejected, params int[] traces) => new(
        new EnqueueOutcome { Status = EnqueueStatus.Failed, Message = message }, rejected, traces.Length == 0 ? [] : [TraceRequest.Of(pool, traces)]);

    /// <summary>The next request, in the order of arrival.</summary>
    public async Task<FanOutCall> Next()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        return await _calls.Reader.ReadAsync(limit.Token);
    }

    public IFanOut Get(string componentId) => this;

    public async Task<FanOutResult> Deliver(FanOutRequest request)
    {
        var call = new FanOutCall(request, TraceRequest.TracesOf(request.Request.Payload));
        if (Script(call) is { } scripted)
            call.Answer(scripted);
        _calls.Writer.TryWrite(call);
        var result = await call.Result;
        if (ReferenceEquals(result, Taken))
            Delivered.Enqueue(call.Traces);
        return result;
    }
}
