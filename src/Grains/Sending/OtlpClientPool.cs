using OrleansLb.Grains.Options;
using OrleansLb.Otlp;
using OrleansLb.Otlp.Memory;

namespace OrleansLb.Grains.Sending;

/// <summary>One set of connections per backend and client options, closed when the last holder has given its client back.</summary>
internal sealed class OtlpClientPool(TimeProvider time) : IOtlpClientPool, IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Key, Entry> _entries = [];

    /// <summary>How many backends have connections.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _entries.Count;
        }
    }

    public IOtlpClient Rent(string endpoint, ClientOptions options)
    {
        var key = new Key(endpoint, options);
        lock (_gate)
        {
            if (!_entries.TryGetValue(key, out var entry))
                _entries.Add(key, entry = new Entry(key, Connect(endpoint, options)));
            entry.Holders++;
            return new Lease(this, entry);
        }
    }

    public IOtlpClient Dial(string endpoint, ClientOptions options) => Connect(endpoint, options);

    /// <summary>Closes everything, at the end of the process.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var entry in _entries.Values)
                entry.Client.Dispose();
            _entries.Clear();
        }
    }

    private IOtlpClient Connect(string endpoint, ClientOptions options) =>
        BackendHandler.AddressOf(endpoint, options, out string? error) is { } address
            ? new OtlpClient(address, options, time)
            : new UndiallableClient(endpoint, error ?? "");

    private void Return(Entry entry)
    {
        lock (_gate)
        {
            if (--entry.Holders > 0 || !_entries.Remove(entry.Key))
                return;
        }

        entry.Client.Dispose();
    }

    private readonly record struct Key(string Endpoint, ClientOptions Options);

    private sealed class Entry(Key key, IOtlpClient client)
    {
        public Key Key { get; } = key;

        public IOtlpClient Client { get; } = client;

        public int Holders { get; set; }
    }

    private sealed class Lease(OtlpClientPool pool, Entry entry) : IOtlpClient
    {
        private Entry? _entry = entry;

        public Task<ExportOutcome> Export(Signal signal, Payload payload, TimeSpan timeout, CancellationToken cancellationToken) =>
            (_entry ?? throw new ObjectDisposedException(nameof(OtlpClientPool))).Client.Export(signal, payload, timeout, cancellationToken);

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _entry, null) is { } held)
                pool.Return(held);
        }
    }
}
