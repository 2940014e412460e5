namespace OrleansLb.Storage.Committing;

/// <summary>What the store has of a record; by default nothing.</summary>
internal readonly record struct StoredState<T>(bool Exists, long Version, T? State);
