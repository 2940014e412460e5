using System.Collections.Concurrent;
using System.Globalization;
using OrleansLb.Clustering.Documents;

namespace OrleansLb.Clustering.Tests.Contract;

/// <summary>The least that a document store can be.</summary>
internal sealed class MemoryDocumentStore : IMembershipDocumentStore
{
    private readonly ConcurrentDictionary<string, DateTime> _alive = new();
    private readonly Lock _lock = new();
    private StoredDocument? _document;
    private long _versions;

    public Task OpenAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<StoredDocument?> ReadAsync(CancellationToken cancellationToken) => Task.FromResult(Volatile.Read(ref _document));

    public async Task<bool> TryWriteAsync(ReadOnlyMemory<byte> content, string? expectedVersion, CancellationToken cancellationToken)
    {
        // others get their turn between reading and writing
        await Task.Yield();
        lock (_lock)
        {
            if (_document?.Version != expectedVersion)
                return false;
            _document = new StoredDocument(content.ToArray(), (++_versions).ToString(CultureInfo.InvariantCulture));
            return true;
        }
    }

    public Task WriteAliveAsync(string silo, DateTime time, CancellationToken cancellationToken)
    {
        _alive[silo] = time;
        return Task.CompletedTask;
    }

    public Task<IReadOnlyDictionary<string, DateTime>> ReadAliveAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyDictionary<string, DateTime>>(new Dictionary<string, DateTime>(_alive));

    public Task ForgetAliveAsync(IReadOnlyCollection<string> silos, CancellationToken cancellationToken)
    {
        foreach (string silo in silos)
            _alive.TryRemove(silo, out _);
        return Task.CompletedTask;
    }

    public Task DeleteAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
            _document = null;
        _alive.Clear();
        return Task.CompletedTask;
    }
}
