namespace Orleans.Runtime;

/// <summary>Which record of a grain lives in which store.</summary>
public interface IPersistentStateConfiguration
{
    /// <summary>The record's name within the grain.</summary>
    string StateName { get; }

    /// <summary>The store's name; null means the default store.</summary>
    string? StorageName { get; }
}
