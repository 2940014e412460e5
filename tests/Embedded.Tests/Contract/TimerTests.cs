using Orleans;
using Orleans.Runtime;
using OrleansLb.Embedded.Tests.Support;

namespace OrleansLb.Embedded.Tests.Contract;

public sealed class TimerTests
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task A_timer_ticks_when_it_is_due_and_then_once_per_period()
    {
        await using var host = await GrainHost.StartAsync();
        var grain = host.GetGrain<ITickingGrain>();
        await grain.Start(s_second * 5, s_second * 2, interleave: false, keepAlive: false);
        host.Time.Advance(s_second * 4);
        Assert.Equal(0, await grain.Ticks());
        host.Time.Advance(s_second);
        Assert.Equal(1, await grain.Ticks());
        host.Time.Advance(s_second * 2);
        Assert.Equal(2, await grain.Ticks());
    }

    [Fact]
    public async Task A_timer_without_a_period_ticks_once()
    {
        await using var host = await GrainHost.StartAsync();
        var grain = host.GetGrain<ITickingGrain>();
        await grain.Start(s_second, Timeout.InfiniteTimeSpan, interleave: false, keepAlive: false);
        host.Time.Advance(s_second * 10);
        Assert.Equal(1, await grain.Ticks());
        host.Time.Advance(s_second * 10);
        Assert.Equal(1, await grain.Ticks());
    }

    [Fact]
    public async Task The_next_tick_is_counted_from_the_end_of_a_callback()
    {
        await using var host = await GrainHost.StartAsync();
        var grain = host.GetGrain<ITickingGrain>();
        await grain.Start(s_second, s_second, interleave: true, keepAlive: false, gate: "callback");
        host.Time.Advance(s_second);
        await host.Probe.Reached("tick begins");
        host.Time.Advance(s_second * 10);
        Assert.Equal(1, host.Probe.Count("tick begins"));
        host.Probe.Open("callback");
        await host.Probe.Reached("tick ends");
        await grain.Ticks();
        host.Time.Advance(s_second);
        Assert.Equal(2, await grain.Ticks());
    }

    [Fact]
    public async Task A_callback_waits_for_the_call_that_runs()
    {
        await using var host = await GrainHost.StartAsync();
        var grain = host.GetGrain<ITickingGrain>();
        await grain.Start(s_second, s_second, interleave: false, keepAlive: false);
        var call = grain.Wait("gate");
        host.Time.Advance(s_second * 3);
        Assert.Equal(0, host.Probe.Count("tick begins"));
        host.Probe.Open("gate");
        await call;
        await host.Probe.Reached("tick begins");
    }

    [Fact]
    public async Task An_interleaving_callback_does_not_wait()
    {
        await using var host = await GrainHost.StartAsync();
        var grain = host.GetGrain<ITickingGrain>();
        await grain.Start(s_second, s_second, interleave: true, keepAlive: false);
        var call = grain.Wait("gate");
        host.Time.Advance(s_second);
        await host.Probe.Reached("tick begins");
        Assert.False(call.IsCompleted);
        host.Probe.Open("gate");
        await call;
    }

    [Fact]
    public async Task A_timer_can_be_changed_and_stopped()
    {
        await using var host = await GrainHost.StartAsync();
        var grain = host.GetGrain<ITickingGrain>();
        await grain.Start(s_second, s_second, interleave: false, keepAlive: false);
        await grain.Change(s_second * 3, s_second * 3);
        host.Time.Advance(s_second * 2);
        Assert.Equal(0, await grain.Ticks());
        host.Time.Advance(s_second);
        Assert.Equal(1, await grain.Ticks());
        await grain.Stop();
        host.Time.Advance(s_second * 10);
        Assert.Equal(1, await grain.Ticks());
        await grain.Change(s_second, s_second);
        host.Time.Advance(s_second * 10);
        Assert.Equal(1, await grain.Ticks());
    }

    [Fact]
    public async Task A_failing_callback_does_not_stop_the_timer()
    {
        await using var host = await GrainHost.StartAsync();
        var grain = host.GetGrain<ITickingGrain>("failing");
        await grain.Start(s_second, s_second, interleave: false, keepAlive: false);
        host.Time.Advance(s_second);
        Assert.Equal(1, await grain.Ticks());
        host.Time.Advance(s_second);
        Assert.Equal(2, await grain.Ticks());
    }

    [Fact]
    public async Task A_timer_stops_with_its_activation()
    {
        await using var host = await GrainHost.StartAsync();
        var grain = host.GetGrain<ITickingGrain>();
        await grain.Start(s_second, s_second, interleave: false, keepAlive: false);
        await grain.Leave();
        Assert.Equal(0, await grain.Ticks());
        host.Time.Advance(s_second * 10);
        Assert.Equal(0, await grain.Ticks());
    }

    [Fact]
    public async Task Stopping_a_timer_cancels_the_callback_that_runs()
    {
        await using var host = await GrainHost.StartAsync();
        var grain = host.GetGrain<ITickingGrain>("cancelled");
        await grain.Start(s_second, s_second, interleave: true, keepAlive: false);
        host.Time.Advance(s_second);
        await host.Probe.Reached("tick begins");
        await grain.Stop();
        await host.Probe.Reached("tick was cancelled");
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 0)]
    public async Task A_running_timer_keeps_the_grain_only_if_it_shall(bool keepAlive, int collected)
    {
        await using var host = await GrainHost.StartAsync();
        var grain = host.GetGrain<ITickingGrain>();
        var period = TimeSpan.FromSeconds(61);
        await grain.Start(period, period, interleave: false, keepAlive);
        var deactivated = host.Probe.Reached("deactivated");
        for (int tick = 0; tick < 20 && !deactivated.IsCompleted; tick++)
        {
            host.Time.Advance(period);
            await Task.WhenAny(host.Time.TimerArmed(period), deactivated);
        }

        if (collected == 1)
            await deactivated;
        Assert.Equal(collected, host.Probe.Count("deactivated"));
    }

    public interface ITickingGrain : IGrainWithStringKey
    {
        Task Start(TimeSpan dueTime, TimeSpan period, bool interleave, bool keepAlive, string? gate = null);

        Task Change(TimeSpan dueTime, TimeSpan period);

        Task Stop();

        Task<int> Ticks();

        Task Wait(string gate);

        Task Leave();
    }

    internal sealed class TickingGrain(Probe probe) : Grain, ITickingGrain
    {
        private IGrainTimer? _timer;
        private int _ticks;

        public Task Start(TimeSpan dueTime, TimeSpan period, bool interleave, bool keepAlive, string? gate)
        {
            _timer = this.RegisterGrainTimer(
                TickAsync, gate, new GrainTimerCreationOptions(dueTime, period) { Interleave = interleave, KeepAlive = keepAlive });
            return Task.CompletedTask;
        }

        public Task Change(TimeSpan dueTime, TimeSpan period)
        {
            _timer!.Change(dueTime, period);
            return Task.CompletedTask;
        }

        public Task Stop()
        {
            _timer!.Dispose();
            return Task.CompletedTask;
        }

        public Task<int> Ticks() => Task.FromResult(_ticks);

        public async Task Wait(string gate)
        {
            await probe.Gate(gate);
        }

        public Task Leave()
        {
            DeactivateOnIdle();
            return Task.CompletedTask;
        }

        public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
        {
            if (reason.ReasonCode == DeactivationReasonCode.ActivationIdle)
                probe.Note("deactivated");
            return Task.CompletedTask;
        }

        private async Task TickAsync(string? gate, CancellationToken cancellationToken)
        {
            _ticks++;
            probe.Note("tick begins");
            if (gate is not null)
                await probe.Gate(gate);
            if (this.GetPrimaryKeyString() == "cancelled")
            {
                var cancelled = new TaskCompletionSource();
                using var registration = cancellationToken.Register(cancelled.SetResult);
                await cancelled.Task;
                probe.Note("tick was cancelled");
            }

            if (this.GetPrimaryKeyString() == "failing")
                throw new InvalidOperationException("failing");
            probe.Note("tick ends");
        }
    }
}
