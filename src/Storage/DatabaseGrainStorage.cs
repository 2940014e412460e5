using System.Diagnostics;
using OrleansLb.Storage.Committing;
using OrleansLb.Storage.States;
using OrleansLb.Storage.Telemetry;

namespace OrleansLb.Storage;

/// <summary>
/// Keeps grains' records in a database. ETags are versions that never come again; a write or clear with another version than the stored
/// one throws <see cref="InconsistentStateException"/> and changes nothing. No call blocks its thread.
/// </summary>
internal sealed class DatabaseGrainStorage(string name, IStateDatabase database, IGrainStorageSerializer serializer, StoreMetrics metrics)
    : IGrainStorage, IAsyncDisposable, IDisposable
{
    private readonly SemaphoreSlim _opening = new(1);
    private readonly StateVersions _versions = new();
    private volatile GroupCommitter? _committer;
    private volatile bool _closed;

    /// <summary>Transactions so far; fewer than writes when they share them.</summary>
    public long Transactions => metrics.Transactions;

    /// <summary>Opens the database; calls that come earlier do so themselves.</summary>
    /// <inheritdoc cref="IStateDatabase.Open"/>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        await _opening.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_closed, typeof(IGrainStorage));
            if (_committer is not null)
                return;
            await Task.Run(database.Open, cancellationToken).ConfigureAwait(false);
            _committer = new GroupCommitter(name, database, metrics);
        }
        finally
        {
            _opening.Release();
        }
    }

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        ReadStateAsync(stateName, grainId, grainState, CancellationToken.None);

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        WriteStateAsync(stateName, grainId, grainState, CancellationToken.None);

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        ClearStateAsync(stateName, grainId, grainState, CancellationToken.None);

    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken)
    {
        var key = new StateKey(stateName, grainId);
        try
        {
            if (_committer is null)
                await OpenAsync(cancellationToken).ConfigureAwait(false);
            ObjectDisposedException.ThrowIf(_closed, typeof(IGrainStorage));
            var stored = await database.ReadAsync(key, StateCodec<T>.For(serializer), cancellationToken).ConfigureAwait(false);
            grainState.State = stored.Exists && (stored.Damage is null || stored.State is not null) ? stored.State : NewState<T>();
            grainState.ETag = stored.Exists ? StateVersions.ToETag(stored.Version) : null;
            grainState.RecordExists = stored.Exists;

            // the version is known all the same, so that the caller can put the record aside
            if (stored.Damage is not null)
                throw stored.Damage;
        }
        catch (Exception exception)
        {
            metrics.Failed("read", exception);
            throw;
        }
    }

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken)
    {
        long started = Stopwatch.GetTimestamp();
        var key = new StateKey(stateName, grainId);
        long? expected = Expected(key, grainState.ETag, "write");

        // before the first await: afterwards the grain may change its record again
        var data = StateCodec<T>.For(serializer).Encode(grainState.State);
        return Write(grainState, StateChange.Write(key, expected, _versions.Next(), data), started, cancellationToken);
    }

    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken)
    {
        var key = new StateKey(stateName, grainId);
        var change = StateChange.Remove(key, Expected(key, grainState.ETag, "clear"));
        await Commit(change, grainState.ETag, "clear", cancellationToken).ConfigureAwait(false);
        grainState.State = NewState<T>();
        grainState.ETag = null;
        grainState.RecordExists = false;
    }

    /// <summary>Stores what waits and closes the database. Calls that come later throw <see cref="ObjectDisposedException"/>.</summary>
    public async ValueTask DisposeAsync()
    {
        await _opening.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_closed)
                return;
            _closed = true;
            if (_committer is { } committer)
                await committer.DisposeAsync().ConfigureAwait(false);
            await Task.Run(database.Dispose).ConfigureAwait(false);
        }
        finally
        {
            _opening.Release();
        }
    }

    /// <inheritdoc cref="DisposeAsync"/>
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    private async Task Write<T>(IGrainState<T> grainState, StateChange change, long started, CancellationToken cancellationToken)
    {
        await Commit(change, grainState.ETag, "write", cancellationToken).ConfigureAwait(false);
        grainState.ETag = StateVersions.ToETag(change.Version);
        grainState.RecordExists = true;
        metrics.Wrote(started);
    }

    private async Task Commit(StateChange change, string? eTag, string operation, CancellationToken cancellationToken)
    {
        try
        {
            if (_committer is null)
                await OpenAsync(cancellationToken).ConfigureAwait(false);
            await _committer!.CommitAsync(change, cancellationToken).ConfigureAwait(false);
            if (change.Conflicts)
                throw Conflict(change.Key, operation, change.Stored is { } stored ? StateVersions.ToETag(stored) : null, eTag);
        }
        catch (Exception exception)
        {
            metrics.Failed(operation, exception);
            throw;
        }
    }

    private long? Expected(in StateKey key, string? eTag, string operation)
    {
        if (string.IsNullOrEmpty(eTag))
            return null;
        if (StateVersions.TryParse(eTag, out long version))
            return version;
        var conflict = Conflict(key, operation, null, eTag);
        metrics.Failed(operation, conflict);
        throw conflict;
    }

    private static InconsistentStateException Conflict(in StateKey key, string operation, string? stored, string? eTag) =>
        new($"Cannot {operation} {key}: the caller has the version '{eTag}', the store '{stored}'.", stored, eTag);

    private static T? NewState<T>() =>
        typeof(T).IsValueType || typeof(T).GetConstructor(Type.EmptyTypes) is not null ? Activator.CreateInstance<T>() : default;
}
