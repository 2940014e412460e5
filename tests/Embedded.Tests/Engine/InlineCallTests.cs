using Orleans;
using OrleansLb.Embedded.Tests.Support;
using OrleansLb.Testing;

namespace OrleansLb.Embedded.Tests.Engine;

/// <summary>What only the embedded engine promises: a call that need not wait costs no thread hop.</summary>
[Trait("engine", "embedded")]
public sealed class InlineCallTests
{
    [Fact]
    public async Task A_call_to_an_idle_grain_runs_on_the_callers_thread_and_is_answered_when_it_returns()
    {
        await using var host = await GrainHost.StartAsync();
        var grain = host.GetGrain<IThreadGrain>();
        await IdleAsync(grain);
        var call = grain.CurrentThread();
        Assert.True(call.IsCompletedSuccessfully);
        Assert.Equal(Environment.CurrentManagedThreadId, await call);
    }

    [Fact]
    public async Task So_does_a_call_from_one_idle_grain_to_another()
    {
        await using var host = await GrainHost.StartAsync();
        await IdleAsync(host.GetGrain<IThreadGrain>("a"));
        await IdleAsync(host.GetGrain<IThreadGrain>("b"));
        var call = host.GetGrain<IThreadGrain>("a").ThreadOf("b");
        Assert.True(call.IsCompletedSuccessfully);
        Assert.Equal(Environment.CurrentManagedThreadId, await call);
    }

    [Fact]
    public async Task Work_that_piled_up_during_an_inline_turn_does_not_run_on_the_caller()
    {
        await using var host = await GrainHost.StartAsync();
        var grain = host.GetGrain<IThreadGrain>();
        await IdleAsync(grain);
        Task? piledUp = null;
        using var callerHasLeft = new ManualResetEventSlim();

        // It could only end on the caller's thread after that thread has opened the gate behind the call.
        await grain.Run(() => piledUp = host.GetGrain<IThreadGrain>().Run(() => Assert.True(callerHasLeft.Wait(TimeSpan.FromSeconds(60)))));
        callerHasLeft.Set();
        Assert.NotNull(piledUp);
        await piledUp;
    }

    [Fact]
    public async Task A_warm_call_allocates_no_more_than_its_request_and_two_tasks()
    {
        await using var host = await GrainHost.StartAsync();
        var grain = host.GetGrain<IThreadGrain>();
        await IdleAsync(grain);
        Call();
        Assert.InRange(AllocatedBytes.LeastOf(Call) / 1000, 1, 256);

        void Call()
        {
            for (int i = 0; i < 1000; i++)
                _ = grain.Nothing(i);
        }
    }

    // The call that activates a grain is answered an instant before its turn is over.
    private static async Task IdleAsync(IThreadGrain grain)
    {
        while (!RanHere(grain.CurrentThread()))
            await grain.CurrentThread();

        static bool RanHere(Task<int> call) => call.IsCompleted && call.Result == Environment.CurrentManagedThreadId;
    }

    public interface IThreadGrain : IGrainWithStringKey
    {
        Task<int> CurrentThread();

        Task<int> ThreadOf(string key);

        Task Run(Action action);

        Task Nothing(int number);
    }

    internal sealed class ThreadGrain : Grain, IThreadGrain
    {
        public Task<int> CurrentThread() => Task.FromResult(Environment.CurrentManagedThreadId);

        public Task<int> ThreadOf(string key) => GrainFactory.GetGrain<IThreadGrain>(key).CurrentThread();

        public Task Run(Action action)
        {
            action();
            return Task.CompletedTask;
        }

        public Task Nothing(int number) => Task.CompletedTask;
    }
}
