using OrleansLb.Grains.Persistence;
using OrleansLb.Storage.States;

namespace OrleansLb.Storage.Committing;

/// <summary>What keeps the records. Apart from reads, one thread at a time calls it.</summary>
internal interface IStateDatabase : IDisposable
{
    /// <summary>Opens the database and makes or migrates its schema. May be called again after it failed.</summary>
    /// <exception cref="StorageOpenException">It cannot be opened as it is configured.</exception>
    /// <exception cref="StorageUnavailableException">It cannot be reached now.</exception>
    void Open();

    /// <summary>
    /// Stores all changes in one transaction, except those whose expected version is not the stored one: these are marked
    /// by <see cref="StateChange.Conflict"/>. When it throws, nothing is stored.
    /// </summary>
    /// <exception cref="StoreUnreachableException">No change can be stored now.</exception>
    /// <exception cref="StorageUnavailableException">At least one of the changes cannot be stored now.</exception>
    /// <exception cref="CorruptStateException">The place of at least one of the records is damaged.</exception>
    void Commit(IReadOnlyList<StateChange> changes);

    /// <summary>Called after a transaction, when its callers have their answer.</summary>
    /// <param name="idle">No changes wait.</param>
    void Tidy(bool idle);

    /// <summary>Reads a record and checks its bytes, on another thread than the caller's.</summary>
    /// <exception cref="StorageUnavailableException">It cannot be read now.</exception>
    /// <exception cref="CorruptStateException">Not even its version can be read.</exception>
    Task<StoredState<T>> ReadAsync<T>(StateKey key, StateCodec<T> codec, CancellationToken cancellationToken);
}
