namespace Orleans.Core;

/// <summary>One stored record and what is in memory of it.</summary>
public interface IStorage<TState> : IStorage
{
    /// <summary>The record in memory; a new one while the store has none.</summary>
    TState State { get; set; }
}
