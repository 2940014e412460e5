namespace Orleans.Core;

/// <summary>One stored record.</summary>
public interface IStorage
{
    /// <summary>The version that was read or written last; null when there is none.</summary>
    string? Etag { get; }

    /// <summary>Whether the record was in the store when it was read or written last.</summary>
    bool RecordExists { get; }

    /// <summary>Removes the record from the store.</summary>
    Task ClearStateAsync();

    /// <summary>Writes the record.</summary>
    Task WriteStateAsync();

    /// <summary>Reads the record; what was in memory is overwritten.</summary>
    Task ReadStateAsync();

    /// <inheritdoc cref="ClearStateAsync()"/>
    Task ClearStateAsync(CancellationToken cancellationToken) => ClearStateAsync();

    /// <inheritdoc cref="WriteStateAsync()"/>
    Task WriteStateAsync(CancellationToken cancellationToken) => WriteStateAsync();

    /// <inheritdoc cref="ReadStateAsync()"/>
    Task ReadStateAsync(CancellationToken cancellationToken) => ReadStateAsync();
}
