namespace OrleansLb.Clustering.Documents;

/// <summary>
/// Where the membership of one cluster is kept: a document of a few kilobytes that is swapped whole, and beside it the last sign of life of each silo. Made for stores that can do no
/// more than compare and swap: a row of a database, an object of the Kubernetes API with its <c>resourceVersion</c>.
/// </summary>
/// <remarks>Faults of the store are its exceptions; callers try again later. Safe for concurrent use.</remarks>
public interface IMembershipDocumentStore
{
    /// <summary>Makes the place of the document where there is none yet; the document itself may be absent.</summary>
    Task OpenAsync(CancellationToken cancellationToken);

    /// <summary>The document as the last swap left it, or null when nobody has written one.</summary>
    Task<StoredDocument?> ReadAsync(CancellationToken cancellationToken);

    /// <summary>Puts a document in the place of the one of a version.</summary>
    /// <param name="content">The new document.</param>
    /// <param name="expectedVersion">The version that was read; null where none was.</param>
    /// <param name="cancellationToken">Ends the waiting; whether the document was written is not known then.</param>
    /// <returns>False, and nothing has changed, when the store has another version by now.</returns>
    Task<bool> TryWriteAsync(ReadOnlyMemory<byte> content, string? expectedVersion, CancellationToken cancellationToken);

    /// <summary>
    /// Notes a sign of life. Must not change the version of the document, nor wait for swaps, nor be undone by them: a silo that could not say that it lives would be taken for dead.
    /// </summary>
    /// <param name="silo">The silo's address in its parsable form.</param>
    /// <param name="time">UTC, to the microsecond at least.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    Task WriteAliveAsync(string silo, DateTime time, CancellationToken cancellationToken);

    /// <summary>The last sign of life of each silo that gave one, in UTC.</summary>
    Task<IReadOnlyDictionary<string, DateTime>> ReadAliveAsync(CancellationToken cancellationToken);

    /// <summary>Drops the signs of life of silos that are no longer in the document.</summary>
    Task ForgetAliveAsync(IReadOnlyCollection<string> silos, CancellationToken cancellationToken);

    /// <summary>Removes the document and all signs of life. A version that was given out before never comes again.</summary>
    Task DeleteAsync(CancellationToken cancellationToken);
}

/// <summary>A document with the version that a swap has to name.</summary>
/// <param name="Content">The bytes that were written.</param>
/// <param name="Version">Opaque, never empty, another one after every swap.</param>
public sealed record StoredDocument(ReadOnlyMemory<byte> Content, string Version);
