using Orleans;
using OrleansLb.Embedded.Tests.Support;

namespace OrleansLb.Embedded.Tests.Contract;

public sealed class ActivationTests
{
    [Fact]
    public async Task A_reference_activates_nothing_and_the_first_call_does()
    {
        await using var host = await GrainHost.StartAsync();
        var grain = host.GetGrain<IPlainGrain>();
        Assert.Empty(host.Probe.Log);

        Assert.Equal("a", await grain.Key());
        Assert.Equal(["new", "activated a", "key"], host.Probe.Log);
    }

    [Fact]
    public async Task One_activation_serves_all_calls_to_a_key()
    {
        await using var host = await GrainHost.StartAsync();
        Assert.Equal(1, await host.GetGrain<IPlainGrain>("a").Increment());
        Assert.Equal(2, await host.GetGrain<IPlainGrain>("a").Increment());
        Assert.Equal(1, await host.GetGrain<IPlainGrain>("b").Increment());
        Assert.Equal(2, host.Probe.Count("new"));
    }

    [Fact]
    public async Task Concurrent_first_calls_share_one_activation()
    {
        await using var host = await GrainHost.StartAsync();
        int[] results = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => host.GetGrain<IPlainGrain>().Increment())));
        Assert.Equal(Enumerable.Range(1, 50), results.Order());
        Assert.Equal(1, host.Probe.Count("new"));
    }

    [Fact]
    public async Task Calls_wait_until_the_grain_is_activated_and_then_run_in_order()
    {
        await using var host = await GrainHost.StartAsync();
        var grain = host.GetGrain<ISlowStartGrain>();
        var calls = Enumerable.Range(0, 5).Select(grain.Note).ToArray();
        await host.Probe.Reached("activating");
        Assert.All(calls, static call => Assert.False(call.IsCompleted));

        host.Probe.Open("activate");
        await Task.WhenAll(calls);
        Assert.Equal(["activating", "activated", "0", "1", "2", "3", "4"], host.Probe.Log);
    }

    [Fact]
    public async Task A_grain_calls_other_grains_by_its_factory()
    {
        await using var host = await GrainHost.StartAsync();
        Assert.Equal(1, await host.GetGrain<IPlainGrain>("a").IncrementOther("b"));
        Assert.Equal(2, await host.GetGrain<IPlainGrain>("b").Increment());
    }

    [Fact]
    public async Task References_to_the_same_grain_are_equal()
    {
        await using var host = await GrainHost.StartAsync();
        Assert.Equal(host.GetGrain<IPlainGrain>("a"), host.GetGrain<IPlainGrain>("a"));
        Assert.NotEqual(host.GetGrain<IPlainGrain>("a"), host.GetGrain<IPlainGrain>("b"));
        Assert.Equal("b", host.GetGrain<IPlainGrain>("b").GetPrimaryKeyString());
        Assert.Equal("plain/b", host.GetGrain<IPlainGrain>("b").GetGrainId().ToString());
    }

    [Fact]
    public async Task An_interface_without_a_class_is_refused()
    {
        await using var host = await GrainHost.StartAsync();
        Assert.Throws<ArgumentException>(() => host.GetGrain<INobodysGrain>());
    }

    [Fact]
    public async Task Arguments_results_and_cancellation_arrive_as_they_were_given()
    {
        await using var host = await GrainHost.StartAsync();
        using var cancellation = new CancellationTokenSource();
        var grain = host.GetGrain<IPlainGrain>();
        var call = grain.Echo(7, "text", TimeSpan.FromSeconds(3), null, cancellation.Token);
        Assert.Equal("7 text 00:00:03 none True", await call);
        Assert.Equal(5, await grain.ValueTaskOfResult(5));
        await grain.ValueTaskWithoutResult();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => grain.Echo(7, "", default, null, cancellation.Token));
    }

    public interface INobodysGrain : IGrainWithStringKey;

    public interface IPlainGrain : IGrainWithStringKey
    {
        Task<string> Key();

        Task<int> Increment();

        Task<int> IncrementOther(string key);

        Task<string> Echo(int number, string text, TimeSpan time, object? nothing, CancellationToken cancellationToken);

        ValueTask<int> ValueTaskOfResult(int result);

        ValueTask ValueTaskWithoutResult();
    }

    public interface ISlowStartGrain : IGrainWithStringKey
    {
        Task Note(int number);
    }

    internal sealed class PlainGrain : Grain, IPlainGrain
    {
        private readonly Probe _probe;
        private int _count;

        public PlainGrain(Probe probe)
        {
            _probe = probe;
            probe.Note("new");
        }

        public override Task OnActivateAsync(CancellationToken cancellationToken)
        {
            _probe.Note($"activated {this.GetPrimaryKeyString()}");
            return Task.CompletedTask;
        }

        public Task<string> Key()
        {
            _probe.Note("key");
            return Task.FromResult(this.GetPrimaryKeyString());
        }

        public Task<int> Increment() => Task.FromResult(++_count);

        public Task<int> IncrementOther(string key) => GrainFactory.GetGrain<IPlainGrain>(key).Increment();

        public Task<string> Echo(int number, string text, TimeSpan time, object? nothing, CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return Task.FromResult($"{number} {text} {time} {nothing ?? "none"} {cancellationToken.CanBeCanceled}");
        }

        public ValueTask<int> ValueTaskOfResult(int result) => ValueTask.FromResult(result);

        public async ValueTask ValueTaskWithoutResult() => await Task.Yield();
    }

    internal sealed class SlowStartGrain(Probe probe) : Grain, ISlowStartGrain
    {
        public override async Task OnActivateAsync(CancellationToken cancellationToken)
        {
            probe.Note("activating");
            await probe.Gate("activate");
            probe.Note("activated");
        }

        public async Task Note(int number)
        {
            await Task.Yield();
            probe.Note($"{number}");
        }
    }
}
