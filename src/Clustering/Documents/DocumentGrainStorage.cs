using System.Collections.Concurrent;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace OrleansLb.Clustering.Documents;

/// <summary>
/// Grains' records, each in a document of its own; the document's version is the ETag. For the few small records that a cluster has of itself, where its membership is: it needs no other
/// store, and a store that can swap documents is all that the Kubernetes API is.
/// </summary>
/// <param name="storeOf">The document of a record.</param>
/// <param name="owned">What is disposed of with the storage, or null.</param>
internal sealed class DocumentGrainStorage(Func<string, IMembershipDocumentStore> storeOf, IAsyncDisposable? owned = null) : IGrainStorage, IAsyncDisposable
{
    // a swap does not tell the new version, so the document says whose it is
    private const int MarkLength = 16;

    private readonly ConcurrentDictionary<string, IMembershipDocumentStore> _open = new(StringComparer.Ordinal);

    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var document = await (await StoreOf(stateName, grainId).ConfigureAwait(false)).ReadAsync(CancellationToken.None).ConfigureAwait(false);
        if (document is { Content.Length: < MarkLength })
            throw new InvalidDataException($"{stateName} of {grainId} is damaged: its document is too short");
        grainState.State = document is null ? Activator.CreateInstance<T>() : RecordJson.Instance.Deserialize<T>(new BinaryData(document.Content[MarkLength..]))!;
        grainState.ETag = document?.Version;
        grainState.RecordExists = document is not null;
    }

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        // before the first await: afterwards the grain may change its record again
        byte[] content = [.. Guid.NewGuid().ToByteArray(), .. RecordJson.Instance.Serialize(grainState.State).ToMemory().Span];
        return Write(stateName, grainId, grainState, content);
    }

    /// <remarks>No grain asks for it: resolver grains stay.</remarks>
    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => throw new NotSupportedException();

    public ValueTask DisposeAsync() => owned?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async Task Write<T>(string stateName, GrainId grainId, IGrainState<T> grainState, byte[] content)
    {
        var store = await StoreOf(stateName, grainId).ConfigureAwait(false);
        string? known = grainState.ETag;
        if (!await store.TryWriteAsync(content, known, CancellationToken.None).ConfigureAwait(false))
            throw Overtaken(stateName, grainId, known);
        var written = await store.ReadAsync(CancellationToken.None).ConfigureAwait(false);
        if (written is null || !written.Content.Span.StartsWith(content.AsSpan(0, MarkLength)))
            throw Overtaken(stateName, grainId, known);
        grainState.ETag = written.Version;
        grainState.RecordExists = true;
    }

    private static InconsistentStateException Overtaken(string stateName, GrainId grainId, string? known) =>
        new($"{stateName} of {grainId} was written by somebody else.", "", known ?? "");

    private async ValueTask<IMembershipDocumentStore> StoreOf(string stateName, GrainId grainId)
    {
        string record = $"{grainId}/{stateName}";
        if (_open.TryGetValue(record, out var known))
            return known;
        var store = storeOf(record);
        await store.OpenAsync(CancellationToken.None).ConfigureAwait(false);
        return _open.GetOrAdd(record, store);
    }
}
