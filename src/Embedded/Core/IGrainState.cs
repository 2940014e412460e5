namespace Orleans;

/// <summary>A record on its way between a grain and a store.</summary>
public interface IGrainState<T>
{
    /// <summary>The record.</summary>
    T? State { get; set; }

    /// <summary>The version that the store gave it.</summary>
    string? ETag { get; set; }

    /// <summary>Whether the store has it.</summary>
    bool RecordExists { get; set; }
}
