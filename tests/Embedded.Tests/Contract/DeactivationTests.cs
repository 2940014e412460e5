using Orleans;
using OrleansLb.Embedded.Tests.Support;

namespace OrleansLb.Embedded.Tests.Contract;

public sealed class DeactivationTests
{
    private static readonly TimeSpan s_quantum = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task A_grain_that_asks_for_its_end_ends_after_the_call_and_the_next_call_finds_a_new_one()
    {
        await using var host = await GrainHost.StartAsync();
        var grain = host.GetGrain<IMortalGrain>();
        Assert.Equal(1, await grain.Increment());
        await grain.Leave();
        Assert.Equal(1, await grain.Increment());
        Assert.Equal(["activated", "deactivated ApplicationRequested", "disposed", "activated"], host.Probe.Log);
    }

    [Fact]
    public async Task The_end_waits_for_the_calls_that_have_begun()
    {
        await using var host = await GrainHost.StartAsync();
        var grain = host.GetGrain<IMortalGrain>();
        var leaving = grain.LeaveAndWait("gate");
        await host.Probe.Reached("leaving");
        var next = grain.Increment();
        Assert.Equal(["activated", "leaving"], host.Probe.Log);
        host.Probe.Open("gate");
        await leaving;
        Assert.Equal(1, await next);
        Assert.Equal(["activated", "leaving", "left", "deactivated ApplicationRequested", "disposed", "activated"], host.Probe.Log);
    }

    [Fact]
    public async Task Calls_that_arrive_during_deactivation_go_to_the_next_activation_in_order()
    {
        await using var host = await GrainHost.StartAsync();
        var grain = host.GetGrain<IMortalGrain>("slow");
        await grain.Increment();
        await grain.Leave();
        await host.Probe.Reached("deactivated ApplicationRequested");
        var calls = Enumerable.Range(0, 5).Select(_ => grain.Increment()).ToArray();
        Assert.All(calls, static call => Assert.False(call.IsCompleted));
        host.Probe.Open("deactivate");
        Assert.Equal(Enumerable.Range(1, 5), await Task.WhenAll(calls));
        Assert.Equal(["activated", "deactivated ApplicationRequested", "disposed", "activated"], host.Probe.Log);
    }

    [Fact]
    public async Task A_grain_is_collected_when_nobody_has_called_it_for_its_age()
    {
        await using var host = await GrainHost.StartAsync();
        var grain = host.GetGrain<IMortalGrain>();
        await grain.Increment();
        host.Time.Advance(TimeSpan.FromMinutes(14));
        Assert.Equal(2, await grain.Increment());
        host.Time.Advance(TimeSpan.FromMinutes(14));
        Assert.Equal(3, await grain.Increment());
        host.Time.Advance(TimeSpan.FromMinutes(15) + (2 * s_quantum));
        await host.Probe.Reached("deactivated ActivationIdle");
        Assert.Equal(1, await grain.Increment());
    }

    [Fact]
    public async Task A_grain_is_not_collected_while_a_call_runs()
    {
        await using var host = await GrainHost.StartAsync();
        var grain = host.GetGrain<IMortalGrain>();
        var call = grain.Wait("gate");
        await host.Probe.Reached("waits");
        host.Time.Advance(TimeSpan.FromHours(2));
        Assert.DoesNotContain("deactivated ActivationIdle", host.Probe.Log);
        host.Probe.Open("gate");
        await call;
    }

    [Fact]
    public async Task A_class_may_have_a_collection_age_of_its_own_or_none()
    {
        await using var host = await GrainHost.StartAsync();
        await host.GetGrain<IShortLivedGrain>().Ping();
        await host.GetGrain<IKeptGrain>().Ping();
        host.Time.Advance(TimeSpan.FromMinutes(2) + (2 * s_quantum));
        await host.Probe.Reached("short-lived ends");
        host.Time.Advance(TimeSpan.FromDays(1));
        Assert.DoesNotContain("kept ends", host.Probe.Log);
    }

    [Fact]
    public async Task A_grain_can_delay_its_collection()
    {
        await using var host = await GrainHost.StartAsync();
        var grain = host.GetGrain<IMortalGrain>();
        await grain.Stay(TimeSpan.FromHours(1));
        host.Time.Advance(TimeSpan.FromMinutes(59));
        Assert.Equal(1, await grain.Increment());
        await grain.Stay(Timeout.InfiniteTimeSpan);
        host.Time.Advance(TimeSpan.FromDays(1));
        Assert.Equal(2, await grain.Increment());
        await grain.Stay(TimeSpan.Zero);
        host.Time.Advance(TimeSpan.FromMinutes(15) + (2 * s_quantum));
        await host.Probe.Reached("deactivated ActivationIdle");
    }

    [Fact]
    public async Task A_failing_OnDeactivateAsync_does_not_keep_the_next_activation_away()
    {
        await using var host = await GrainHost.StartAsync();
        var grain = host.GetGrain<IMortalGrain>("failing");
        await grain.Increment();
        await grain.Leave();
        Assert.Equal(1, await grain.Increment());
    }

    public interface IMortalGrain : IGrainWithStringKey
    {
        Task<int> Increment();

        Task Leave();

        Task LeaveAndWait(string gate);

        Task Wait(string gate);

        Task Stay(TimeSpan time);
    }

    public interface IShortLivedGrain : IGrainWithStringKey
    {
        Task Ping();
    }

    public interface IKeptGrain : IGrainWithStringKey
    {
        Task Ping();
    }

    internal sealed class MortalGrain(Probe probe) : Grain, IMortalGrain, IDisposable
    {
        private int _count;

        public override Task OnActivateAsync(CancellationToken cancellationToken)
        {
            probe.Note("activated");
            return Task.CompletedTask;
        }

        public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
        {
            probe.Note($"deactivated {reason.ReasonCode}");
            switch (this.GetPrimaryKeyString())
            {
                case "slow":
                    await probe.Gate("deactivate");
                    break;
                case "failing":
                    throw new InvalidOperationException("failing");
            }
        }

        public void Dispose() => probe.Note("disposed");

        public Task<int> Increment() => Task.FromResult(++_count);

        public Task Leave()
        {
            DeactivateOnIdle();
            return Task.CompletedTask;
        }

        public async Task LeaveAndWait(string gate)
        {
            DeactivateOnIdle();
            probe.Note("leaving");
            await probe.Gate(gate);
            probe.Note("left");
        }

        public Task Wait(string gate)
        {
            probe.Note("waits");
            return probe.Gate(gate);
        }

        public Task Stay(TimeSpan time)
        {
            DelayDeactivation(time);
            return Task.CompletedTask;
        }
    }

    [CollectionAgeLimit(Minutes = 2)]
    internal sealed class ShortLivedGrain(Probe probe) : Grain, IShortLivedGrain
    {
        public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
        {
            probe.Note("short-lived ends");
            return Task.CompletedTask;
        }

        public Task Ping() => Task.CompletedTask;
    }

    [KeepAlive]
    internal sealed class KeptGrain(Probe probe) : Grain, IKeptGrain
    {
        public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
        {
            probe.Note("kept ends");
            return Task.CompletedTask;
        }

        public Task Ping() => Task.CompletedTask;
    }
}
