namespace Orleans;

/// <summary>A record on its way between a grain and a store.</summary>
public sealed class GrainState<T> : IGrainState<T>
{
    /// <summary>No record yet.</summary>
    public GrainState()
    {
    }

    /// <summary>A record that the store does not have yet.</summary>
    public GrainState(T? state)
        : this(state, null)
    {
    }

    /// <summary>A record with the version that the store gave it.</summary>
    public GrainState(T? state, string? eTag)
    {
        State = state;
        ETag = eTag;
    }

    /// <inheritdoc/>
    public T? State { get; set; }

    /// <inheritdoc/>
    public string? ETag { get; set; }

    /// <inheritdoc/>
    public bool RecordExists { get; set; }
}
