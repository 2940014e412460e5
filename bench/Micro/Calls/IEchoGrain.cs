using Orleans;

namespace OrleansLb.Micro.Calls;

/// <summary>A grain with nothing to do.</summary>
public interface IEchoGrain : IGrainWithStringKey
{
    /// <summary>Answers at once.</summary>
    Task<int> Echo(int number);
}
