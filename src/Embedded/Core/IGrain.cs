using Orleans.Runtime;

namespace Orleans;

/// <summary>A virtual actor's interface.</summary>
public interface IGrain : IAddressable
{
}

/// <summary>A grain that is known by a string.</summary>
public interface IGrainWithStringKey : IGrain
{
}
