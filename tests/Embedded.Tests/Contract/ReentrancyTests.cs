using Orleans;
using Orleans.Concurrency;
using OrleansLb.Embedded.Tests.Support;

namespace OrleansLb.Embedded.Tests.Contract;

public sealed class ReentrancyTests
{
    [Fact]
    public async Task Calls_to_a_reentrant_grain_interleave_where_they_await()
    {
        await using var host = await GrainHost.StartAsync();
        var grain = host.GetGrain<IOpenGrain>();
        var first = grain.Step("1");
        var second = grain.Step("2");
        await host.Probe.Reached("1 begins");
        await host.Probe.Reached("2 begins");
        host.Probe.Open("2");
        await second;
        Assert.False(first.IsCompleted);
        host.Probe.Open("1");
        await first;
        Assert.Equal(["1 begins", "2 begins", "2 ends", "1 ends"], host.Probe.Log);
    }

    [Fact]
    public async Task A_reentrant_grain_can_call_itself()
    {
        await using var host = await GrainHost.StartAsync();
        host.Probe.Open("inner");
        await host.GetGrain<IOpenGrain>().CallSelf("inner");
        Assert.Equal(["inner begins", "inner ends"], host.Probe.Log);
    }

    [Fact]
    public async Task A_method_that_always_interleaves_runs_while_another_call_awaits()
    {
        await using var host = await GrainHost.StartAsync();
        var grain = host.GetGrain<IMixedGrain>();
        var slow = grain.Step("slow");
        await host.Probe.Reached("slow begins");
        var waits = grain.Step("waits");
        Assert.Equal(1, await grain.Look());
        Assert.Equal(["slow begins"], host.Probe.Log);

        host.Probe.Open("slow");
        host.Probe.Open("waits");
        await Task.WhenAll(slow, waits);
    }

    [Fact]
    public async Task A_long_poll_that_always_interleaves_does_not_hold_up_other_calls()
    {
        await using var host = await GrainHost.StartAsync();
        var grain = host.GetGrain<IMixedGrain>();
        var poll = grain.Poll("news");
        await host.Probe.Reached("polls");
        host.Probe.Open("1");
        await grain.Step("1");
        Assert.False(poll.IsCompleted);
        host.Probe.Open("news");
        await poll;
    }

    [Fact]
    public async Task Calls_that_only_read_interleave_with_one_another_but_not_with_others()
    {
        await using var host = await GrainHost.StartAsync();
        var grain = host.GetGrain<IMixedGrain>();
        var first = grain.Read("r1");
        var second = grain.Read("r2");
        await host.Probe.Reached("r1 begins");
        await host.Probe.Reached("r2 begins");
        var writer = grain.Step("w");
        Assert.Equal(2, await grain.Look());
        host.Probe.Open("r1");
        host.Probe.Open("r2");
        host.Probe.Open("w");
        await Task.WhenAll(first, second, writer);
        Assert.Equal("w begins", host.Probe.Log[^2]);
    }

    [Fact]
    public async Task The_caller_of_a_one_way_method_neither_waits_nor_learns_of_its_failure()
    {
        await using var host = await GrainHost.StartAsync();
        var grain = host.GetGrain<IMixedGrain>();
        Assert.True(grain.Fire("shot").IsCompletedSuccessfully);
        await host.Probe.Reached("shot fired");
        host.Probe.Open("1");
        await grain.Step("1");
    }

    public interface IOpenGrain : IGrainWithStringKey
    {
        Task Step(string name);

        Task CallSelf(string name);
    }

    public interface IMixedGrain : IGrainWithStringKey
    {
        Task Step(string name);

        [AlwaysInterleave]
        Task<int> Look();

        [AlwaysInterleave]
        Task Poll(string gate);

        [ReadOnly]
        Task Read(string name);

        [OneWay]
        Task Fire(string name);
    }

    [Reentrant]
    internal sealed class OpenGrain(Probe probe) : Grain, IOpenGrain
    {
        public async Task Step(string name)
        {
            probe.Note($"{name} begins");
            await probe.Gate(name);
            probe.Note($"{name} ends");
        }

        public Task CallSelf(string name) => GrainFactory.GetGrain<IOpenGrain>(this.GetPrimaryKeyString()).Step(name);
    }

    internal sealed class MixedGrain(Probe probe) : Grain, IMixedGrain
    {
        private int _inside;

        public async Task Step(string name)
        {
            _inside++;
            probe.Note($"{name} begins");
            await probe.Gate(name);
            probe.Note($"{name} ends");
            _inside--;
        }

        public Task<int> Look() => Task.FromResult(_inside);

        public async Task Poll(string gate)
        {
            probe.Note("polls");
            await probe.Gate(gate);
        }

        public Task Read(string name) => Step(name);

        public async Task Fire(string name)
        {
            probe.Note($"{name} fired");
            await Task.Yield();
            throw new InvalidOperationException(name);
        }
    }
}
