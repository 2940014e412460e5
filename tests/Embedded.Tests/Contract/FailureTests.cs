using Orleans;
using OrleansLb.Embedded.Tests.Support;

namespace OrleansLb.Embedded.Tests.Contract;

public sealed class FailureTests
{
    [Theory]
    [InlineData("before")]
    [InlineData("after")]
    public async Task An_exception_reaches_the_caller_and_the_grain_lives_on(string when)
    {
        await using var host = await GrainHost.StartAsync();
        var grain = host.GetGrain<IFaultyGrain>();
        Assert.Equal(1, await grain.Count());
        for (int i = 0; i < 2; i++)
        {
            var exception = await Assert.ThrowsAsync<InvalidOperationException>(() => grain.Throw(when));
            Assert.Equal(when, exception.Message);
        }

        Assert.Equal(2, await grain.Count());
    }

    [Fact]
    public async Task A_call_that_waited_gets_its_exception_too()
    {
        await using var host = await GrainHost.StartAsync();
        var grain = host.GetGrain<IFaultyGrain>();
        var blocker = grain.Wait("gate");
        var waiting = grain.Throw("after");
        host.Probe.Open("gate");
        await blocker;
        await Assert.ThrowsAsync<InvalidOperationException>(() => waiting);
    }

    [Fact]
    public async Task A_failed_activation_fails_the_calls_that_waited_and_the_next_call_tries_again()
    {
        await using var host = await GrainHost.StartAsync();
        host.Probe.Note("broken");
        var grain = host.GetGrain<IFragileGrain>();
        var calls = Enumerable.Range(0, 3).Select(_ => grain.Ping()).ToArray();
        await host.Probe.Reached("activating");
        host.Probe.Open("activate");
        foreach (var call in calls)
            await Assert.ThrowsAnyAsync<Exception>(() => call);
        Assert.DoesNotContain("deactivated", host.Probe.Log);

        host.Probe.Open("mended");
        await grain.Ping();
        Assert.Equal(2, host.Probe.Count("activating"));
    }

    [Fact]
    public async Task A_class_whose_services_are_missing_fails_its_calls()
    {
        await using var host = await GrainHost.StartAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => host.GetGrain<INeedyGrain>().Ping());
    }

    public interface IFaultyGrain : IGrainWithStringKey
    {
        Task Throw(string when);

        Task Wait(string gate);

        Task<int> Count();
    }

    public interface IFragileGrain : IGrainWithStringKey
    {
        Task Ping();
    }

    public interface INeedyGrain : IGrainWithStringKey
    {
        Task Ping();
    }

    internal sealed class FaultyGrain(Probe probe) : Grain, IFaultyGrain
    {
        private int _count;

        public Task Throw(string when)
        {
            if (when == "before")
                throw new InvalidOperationException(when);
            return ThrowLater();

            async Task ThrowLater()
            {
                await Task.Yield();
                throw new InvalidOperationException(when);
            }
        }

        public Task Wait(string gate) => probe.Gate(gate);

        public Task<int> Count() => Task.FromResult(++_count);
    }

    internal sealed class FragileGrain(Probe probe) : Grain, IFragileGrain
    {
        public override async Task OnActivateAsync(CancellationToken cancellationToken)
        {
            probe.Note("activating");
            await probe.Gate("activate");
            if (!probe.Gate("mended").IsCompleted)
                throw new InvalidOperationException("broken");
        }

        public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
        {
            if (reason.ReasonCode == DeactivationReasonCode.ActivationFailed)
                probe.Note("deactivated");
            return Task.CompletedTask;
        }

        public Task Ping() => Task.CompletedTask;
    }

    internal sealed class NeedyGrain(IComparer<FailureTests> missing) : Grain, INeedyGrain
    {
        public Task Ping() => Task.FromResult(missing.GetHashCode());
    }
}
