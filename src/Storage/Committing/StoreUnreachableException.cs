using OrleansLb.Grains.Persistence;

namespace OrleansLb.Storage.Committing;

/// <summary>The trouble is the whole store's and not one record's: trying the changes one by one would only take longer.</summary>
internal sealed class StoreUnreachableException(string message, Exception innerException) : StorageUnavailableException(message, innerException);
