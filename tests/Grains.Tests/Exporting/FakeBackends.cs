using System.Collections.Concurrent;
using System.Threading.Channels;
using OrleansLb.Grains.Options;
using OrleansLb.Grains.Sending;
using OrleansLb.Otlp;
using OrleansLb.Otlp.Memory;

namespace OrleansLb.Grains.Tests.Exporting;

/// <summary>Backends without sockets: they answer as scripted, or leave an attempt open for the test to answer.</summary>
internal sealed class FakeBackends : IOtlpClientPool
{
    private readonly Channel<Attempt> _attempts = Channel.CreateUnbounded<Attempt>();
    private int _holders;

    /// <summary>The answer to an attempt; null leaves it open.</summary>
    public Func<Attempt, ExportOutcome?> Script { get; set; } = static _ => ExportOutcome.Delivered.Instance;

    /// <summary>What was answered with success.</summary>
    public ConcurrentQueue<Attempt> Taken { get; } = [];

    /// <summary>Clients that were not given back.</summary>
    public int Holders => Volatile.Read(ref _holders);

    /// <summary>The next attempt, in the order of arrival.</summary>
    public async Task<Attempt> Next()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        return await _attempts.Reader.ReadAsync(limit.Token);
    }

    /// <summary>Whether an attempt has arrived that nobody has looked at.</summary>
    public bool HasNext => _attempts.Reader.TryPeek(out _);

    public IOtlpClient Dial(string endpoint, ClientOptions options) => Rent(endpoint, options);

    public IOtlpClient Rent(string endpoint, ClientOptions options)
    {
        Interlocked.Increment(ref _holders);
        return new Client(this, endpoint);
    }

    private sealed class Client(FakeBackends backends, string endpoint) : IOtlpClient
    {
        public async Task<ExportOutcome> Export(Signal signal, Payload payload, TimeSpan timeout, CancellationToken cancellationToken)
        {
            var attempt = new Attempt(endpoint, TraceRequest.TracesOf(payload), payload.Coding, timeout);
            if (backends.Script(attempt) is { } scripted)
                attempt.Answer(scripted);
            backends._attempts.Writer.TryWrite(attempt);
            var outcome = await attempt.Outcome.WaitAsync(cancellationToken);
            if (outcome.IsSuccess)
                backends.Taken.Enqueue(attempt);
            return outcome;
        }

        public void Dispose() => Interlocked.Decrement(ref backends._holders);
    }
}
