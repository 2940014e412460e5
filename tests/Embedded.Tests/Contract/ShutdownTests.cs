using Orleans;
using Orleans.Runtime;
using OrleansLb.Embedded.Tests.Support;

namespace OrleansLb.Embedded.Tests.Contract;

public sealed class ShutdownTests
{
    [Fact]
    public async Task Stopping_deactivates_every_grain()
    {
        await using var host = await GrainHost.StartAsync();
        for (int i = 0; i < 20; i++)
            await host.GetGrain<ICloserGrain>($"{i}").Ping();
        await host.StopAsync();
        Assert.Equal(20, host.Probe.Count("closed ShuttingDown"));
    }

    [Fact]
    public async Task Stopping_waits_for_calls_that_run()
    {
        await using var host = await GrainHost.StartAsync();
        var call = host.GetGrain<ICloserGrain>().Wait("gate");
        await host.Probe.Reached("waits");
        var stopping = host.StopAsync();
        Assert.False(stopping.IsCompleted);
        host.Probe.Open("gate");
        await stopping;
        await call;
        Assert.Equal(["waits", "waited", "closed ShuttingDown"], host.Probe.Log);
    }

    [Fact]
    public async Task A_grain_that_is_being_activated_is_deactivated_too()
    {
        await using var host = await GrainHost.StartAsync();
        var call = host.GetGrain<ICloserGrain>("slow").Ping();
        await host.Probe.Reached("activating");
        var stopping = host.StopAsync();
        await stopping;
        await Assert.ThrowsAnyAsync<OrleansException>(() => call);
        host.Probe.Open("activate");
    }

    [Fact]
    public async Task After_the_stop_calls_fail()
    {
        await using var host = await GrainHost.StartAsync();
        var grain = host.GetGrain<ICloserGrain>();
        await grain.Ping();
        await host.StopAsync();
        await Assert.ThrowsAnyAsync<OrleansException>(grain.Ping);
        await Assert.ThrowsAnyAsync<OrleansException>(host.GetGrain<ICloserGrain>("new").Ping);
    }

    [Fact]
    public async Task A_call_that_waited_when_the_engine_stopped_fails()
    {
        await using var host = await GrainHost.StartAsync();
        var grain = host.GetGrain<ICloserGrain>();
        var running = grain.Wait("gate");
        await host.Probe.Reached("waits");
        var waiting = grain.Ping();
        var stopping = host.StopAsync();
        host.Probe.Open("gate");
        await stopping;
        await running;
        await Assert.ThrowsAnyAsync<OrleansException>(() => waiting);
    }

    [Fact]
    public async Task A_grain_that_is_ending_by_itself_does_not_keep_the_engine_waiting_for_its_calls()
    {
        await using var host = await GrainHost.StartAsync();
        var call = host.GetGrain<ICloserGrain>().EndAndWait("gate");
        await host.Probe.Reached("waits");
        await host.StopAsync(new CancellationToken(canceled: true)).WaitAsync(TimeSpan.FromSeconds(30));
        host.Probe.Open("gate");
        await call;
    }

    public interface ICloserGrain : IGrainWithStringKey
    {
        Task Ping();

        Task Wait(string gate);

        Task EndAndWait(string gate);
    }

    internal sealed class CloserGrain(Probe probe) : Grain, ICloserGrain
    {
        public override async Task OnActivateAsync(CancellationToken cancellationToken)
        {
            if (this.GetPrimaryKeyString() != "slow")
                return;
            probe.Note("activating");
            await probe.Gate("activate");
        }

        public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
        {
            await Task.Yield();
            probe.Note($"closed {reason.ReasonCode}");
        }

        public Task Ping() => Task.CompletedTask;

        public Task EndAndWait(string gate)
        {
            DeactivateOnIdle();
            return Wait(gate);
        }

        public async Task Wait(string gate)
        {
            probe.Note("waits");
            await probe.Gate(gate);
            probe.Note("waited");
        }
    }
}
