using Orleans;

namespace OrleansLb.Micro.Engine;

/// <summary>A grain with nothing to do.</summary>
public interface IEchoGrain : IGrainWithStringKey
{
    /// <summary>Answers at once.</summary>
    Task<int> Echo(int number);
}
