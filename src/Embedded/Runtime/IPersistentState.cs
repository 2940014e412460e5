using Orleans.Core;

namespace Orleans.Runtime;

/// <summary>A record of a grain that outlives its activations.</summary>
public interface IPersistentState<TState> : IStorage<TState>
{
}
