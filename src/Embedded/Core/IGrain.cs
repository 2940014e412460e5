using Orleans.Runtime;

namespace Orleans;

/// <summary>A virtual actor's interface.</summary>
public interface IGrain : IAddressable
{
}
