using System.Buffers.Binary;
using OrleansLb.Otlp;
using OrleansLb.Silo.Load;

namespace OrleansLb.Silo.Demo;

/// <summary>
/// A fixed sample of trace IDs that is sent again and again, one span each: where each of them arrives shows which backend owns
/// its key at that time.
/// </summary>
internal sealed class ProbeKeys : IDisposable
{
    private const ulong Seed = 2;
    private const int Requests = 8;
    private const int KeysPerRequest = 500;
    private const int Keys = Requests * KeysPerRequest;
    private static readonly TimeSpan DeliveryTimeout = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(50);

    private readonly TraceGenerator _generator;
    private readonly Dictionary<(UInt128 Key, string Backend), int> _counts = [];
    private int _rounds;

    public ProbeKeys(string target)
    {
        // Compressed requests keep their trace IDs from one run to the next: just what a probe needs.
        _generator = new TraceGenerator(
            new TraceLoadOptions
            {
                Target = target,
                SpansPerRequest = KeysPerRequest,
                SpansPerTrace = 1,
                Compression = ContentCoding.Gzip,
                Concurrency = 1,
                Seed = Seed,
            },
            TimeProvider.System);
        All = IdsOf(Seed, 0, Keys).ToHashSet();
    }

    /// <summary>The sample.</summary>
    public IReadOnlySet<UInt128> All { get; }

    /// <summary>Spans that were sent as probes and acknowledged.</summary>
    public long Spans => _generator.Counters.Spans;

    /// <summary>Spans that were refused.</summary>
    public long RejectedSpans => _generator.Counters.RejectedSpans;

    /// <summary>The IDs that a generator with this seed gives to these traces.</summary>
    public static IEnumerable<UInt128> IdsOf(ulong seed, ulong first, int count)
    {
        var ids = new TraceIds(seed);
        for (int i = 0; i < count; i++)
            yield return IdOf(ids, first + (ulong)i);
    }

    /// <summary>Sends the sample and sees where it arrives: key → endpoint of the backend.</summary>
    public async Task<IReadOnlyDictionary<UInt128, string>> OwnersAsync(IReadOnlyList<Backend> backends, CancellationToken cancellationToken)
    {
        await _generator.RunAsync(Requests, cancellationToken, cancellationToken).ConfigureAwait(false);
        _rounds++;
        using var expired = new CancellationTokenSource(DeliveryTimeout);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(expired.Token, cancellationToken);
        try
        {
            while (true)
            {
                var counts = await ReadAsync(backends, either.Token).ConfigureAwait(false);
                if (counts.Values.Sum() == _rounds * Keys)
                    return Advance(counts);
                await Task.Delay(PollInterval, either.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (expired.IsCancellationRequested)
        {
            throw new DemoException("the probes did not all arrive");
        }
    }

    public void Dispose() => _generator.Dispose();

    private async Task<Dictionary<(UInt128 Key, string Backend), int>> ReadAsync(IReadOnlyList<Backend> backends, CancellationToken cancellationToken)
    {
        var counts = new Dictionary<(UInt128, string), int>();
        foreach (var backend in backends)
        {
            foreach (var (trace, spans) in await backend.TracesAsync(cancellationToken).ConfigureAwait(false))
            {
                if (All.Contains(trace))
                    counts.Add((trace, backend.Endpoint), spans);
            }
        }

        return counts;
    }

    // The backend whose count of a key grew is where the key went this time.
    private Dictionary<UInt128, string> Advance(Dictionary<(UInt128 Key, string Backend), int> counts)
    {
        var owners = new Dictionary<UInt128, string>(Keys);
        foreach (var (place, spans) in counts)
        {
            if (spans > _counts.GetValueOrDefault(place))
                owners[place.Key] = place.Backend;
            _counts[place] = spans;
        }

        return owners;
    }

    private static UInt128 IdOf(TraceIds ids, ulong number)
    {
        Span<byte> bytes = stackalloc byte[16];
        ids.Write(number, bytes);
        return BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }
}
