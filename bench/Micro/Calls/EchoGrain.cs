using Orleans;

namespace OrleansLb.Micro.Calls;

internal sealed class EchoGrain : Grain, IEchoGrain
{
    private readonly Task<int> _answer = Task.FromResult(1);

    public Task<int> Echo(int number) => _answer;
}
