using Orleans;
using OrleansLb.Embedded.Tests.Support;

namespace OrleansLb.Embedded.Tests.Contract;

public sealed class TurnTests
{
    [Fact]
    public async Task A_grain_finishes_a_call_before_it_starts_the_next()
    {
        await using var host = await GrainHost.StartAsync();
        var grain = host.GetGrain<IStepGrain>();
        var first = grain.Step("1");
        await host.Probe.Reached("1 begins");
        var second = grain.Step("2");
        var third = grain.Step("3");
        host.Probe.Open("3");
        host.Probe.Open("2");
        Assert.False(second.IsCompleted);

        host.Probe.Open("1");
        await Task.WhenAll(first, second, third);
        Assert.Equal(["1 begins", "1 ends", "2 begins", "2 ends", "3 begins", "3 ends"], host.Probe.Log);
    }

    [Fact]
    public async Task A_busy_grain_does_not_hold_up_another()
    {
        await using var host = await GrainHost.StartAsync();
        var busy = host.GetGrain<IStepGrain>("busy").Step("1");
        await host.Probe.Reached("1 begins");
        host.Probe.Open("2");
        await host.GetGrain<IStepGrain>("free").Step("2");
        Assert.False(busy.IsCompleted);
        host.Probe.Open("1");
        await busy;
    }

    [Fact]
    public async Task After_an_await_the_code_goes_on_under_the_grains_scheduler()
    {
        await using var host = await GrainHost.StartAsync();
        Assert.True(await host.GetGrain<IStepGrain>().StaysOnItsScheduler());
    }

    [Fact]
    public async Task A_grain_sees_neither_the_callers_synchronization_context_nor_its_ambient_values()
    {
        await using var host = await GrainHost.StartAsync();
        var grain = host.GetGrain<IStepGrain>();
        StepGrain.Ambient.Value = "the caller's";
        Assert.Equal("context: none, ambient: none", await InContext(grain.Surroundings));
        Assert.Equal("context: none, ambient: none", await InContext(grain.Surroundings));
        Assert.Equal("the caller's", StepGrain.Ambient.Value);

        static Task<string> InContext(Func<Task<string>> call)
        {
            var before = SynchronizationContext.Current;
            var own = new SynchronizationContext();
            SynchronizationContext.SetSynchronizationContext(own);
            try
            {
                return call();
            }
            finally
            {
                Assert.Same(own, SynchronizationContext.Current);
                SynchronizationContext.SetSynchronizationContext(before);
            }
        }
    }

    [Fact]
    public async Task The_callers_code_does_not_go_on_under_the_grains_scheduler()
    {
        await using var host = await GrainHost.StartAsync();
        var grain = host.GetGrain<IStepGrain>();
        await grain.StaysOnItsScheduler();
        var call = Task.Run(async () =>
        {
            var before = TaskScheduler.Current;
            await grain.Step("1");
            return before == TaskScheduler.Current;
        });
        await host.Probe.Reached("1 begins");
        host.Probe.Open("1");
        Assert.True(await call);
    }

    [Fact]
    public async Task Work_that_a_turn_starts_and_does_not_await_still_runs_in_turns()
    {
        await using var host = await GrainHost.StartAsync();
        var grain = host.GetGrain<IStepGrain>();
        await grain.StartBackground("loop");
        await grain.StaysOnItsScheduler();
        host.Probe.Open("loop");
        await host.Probe.Reached("loop went on at home");
    }

    [Fact]
    public async Task A_deep_chain_of_grains_that_call_one_another_completes()
    {
        await using var host = await GrainHost.StartAsync();
        Assert.Equal(3000, await host.GetGrain<IStepGrain>("0").CallNext(3000));
        Assert.Equal(3000, await host.GetGrain<IStepGrain>("0").CallNext(3000));
    }

    public interface IStepGrain : IGrainWithStringKey
    {
        Task Step(string name);

        Task<bool> StaysOnItsScheduler();

        Task<string> Surroundings();

        Task StartBackground(string gate);

        Task<int> CallNext(int more);
    }

    internal sealed class StepGrain(Probe probe) : Grain, IStepGrain
    {
        private Task? _background;

        public static AsyncLocal<string?> Ambient { get; } = new();

        public async Task Step(string name)
        {
            probe.Note($"{name} begins");
            await probe.Gate(name);
            probe.Note($"{name} ends");
        }

        public async Task<bool> StaysOnItsScheduler()
        {
            var scheduler = TaskScheduler.Current;
            await Task.Yield();
            bool stays = scheduler == TaskScheduler.Current;
            await Task.Run(static () => { });
            return stays && scheduler == TaskScheduler.Current && scheduler != TaskScheduler.Default;
        }

        public Task<string> Surroundings() =>
            Task.FromResult($"context: {SynchronizationContext.Current?.ToString() ?? "none"}, ambient: {Ambient.Value ?? "none"}");

        public Task StartBackground(string gate)
        {
            var scheduler = TaskScheduler.Current;
            _background = Run();
            return Task.CompletedTask;

            async Task Run()
            {
                await probe.Gate(gate);
                probe.Note($"{gate} went on {(TaskScheduler.Current == scheduler ? "at home" : "elsewhere")}");
            }
        }

        public async Task<int> CallNext(int more) => more == 0 ? 0 : 1 + await GrainFactory.GetGrain<IStepGrain>($"{more}").CallNext(more - 1);
    }
}
