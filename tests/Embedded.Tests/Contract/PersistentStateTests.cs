using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;
using OrleansLb.Embedded.Tests.Support;

namespace OrleansLb.Embedded.Tests.Contract;

public sealed class PersistentStateTests
{
    [Fact]
    public async Task A_record_is_read_before_OnActivateAsync_and_outlives_the_activation()
    {
        await using var host = await GrainHost.StartAsync();
        var grain = host.GetGrain<ILedgerGrain>();
        Assert.Equal("0, none", await grain.Describe());
        Assert.Equal("5, exists", await grain.Add(5));
        await grain.Leave();
        Assert.Equal("5, exists", await grain.Describe());
        Assert.Equal(["activated with 0", "activated with 5"], host.Probe.Log);
    }

    [Fact]
    public async Task What_was_not_written_is_lost_with_the_activation()
    {
        await using var host = await GrainHost.StartAsync();
        var grain = host.GetGrain<ILedgerGrain>();
        await grain.Add(5);
        await grain.ChangeInMemory(100);
        await grain.Leave();
        Assert.Equal("5, exists", await grain.Describe());
    }

    [Fact]
    public async Task Reading_again_overwrites_what_is_in_memory()
    {
        await using var host = await GrainHost.StartAsync();
        var grain = host.GetGrain<ILedgerGrain>();
        await grain.Add(5);
        await grain.ChangeInMemory(100);
        Assert.Equal("5, exists", await grain.Reread());
    }

    [Fact]
    public async Task A_cleared_record_starts_anew()
    {
        await using var host = await GrainHost.StartAsync();
        var grain = host.GetGrain<ILedgerGrain>();
        await grain.Add(5);
        Assert.Equal("0, none", await grain.Clear());
        Assert.Equal("2, exists", await grain.Add(2));
        await grain.Leave();
        Assert.Equal("2, exists", await grain.Describe());
    }

    [Fact]
    public async Task Each_grain_and_each_record_name_has_a_record_of_its_own()
    {
        await using var host = await GrainHost.StartAsync();
        await host.GetGrain<ILedgerGrain>("a").Add(5);
        Assert.Equal("0, none", await host.GetGrain<ILedgerGrain>("b").Describe());
        Assert.Equal("other", await host.GetGrain<ILedgerGrain>("a").NameSideRecord("other"));
        Assert.Equal("5, exists", await host.GetGrain<ILedgerGrain>("a").Describe());
    }

    [Fact]
    public async Task A_grain_whose_record_was_changed_by_someone_else_fails_and_is_activated_anew()
    {
        var storage = new RecordingStorage();
        await using var host = await GrainHost.StartAsync(services => services.AddKeyedSingleton<IGrainStorage>("memory", storage));
        var grain = host.GetGrain<ILedgerGrain>();
        await grain.Add(5);
        storage.Fail = true;
        await Assert.ThrowsAsync<InconsistentStateException>(() => grain.Add(1));
        storage.Fail = false;
        Assert.Equal("6, exists", await grain.Add(1));
        Assert.Equal(2, host.Probe.Log.Count);
    }

    [Fact]
    public async Task A_store_learns_the_records_name_and_the_grains_identity()
    {
        var storage = new RecordingStorage();
        await using var host = await GrainHost.StartAsync(services => services.AddKeyedSingleton<IGrainStorage>("memory", storage));
        await host.GetGrain<ILedgerGrain>("k").Add(5);
        Assert.Equal(["read ledger of ledger/k", "write ledger of ledger/k"], storage.Log);
    }

    [Fact]
    public async Task A_grain_whose_store_is_missing_cannot_be_called()
    {
        await using var host = await GrainHost.StartAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => host.GetGrain<IHomelessGrain>().Ping());
    }

    public interface ILedgerGrain : IGrainWithStringKey
    {
        Task<string> Describe();

        Task<string> Add(int amount);

        Task<string> Reread();

        Task<string> Clear();

        Task ChangeInMemory(int balance);

        Task<string> NameSideRecord(string name);

        Task Leave();
    }

    public interface IHomelessGrain : IGrainWithStringKey
    {
        Task Ping();
    }

    public sealed class Ledger
    {
        public int Balance { get; set; }
    }

    public sealed record Side
    {
        public string Name { get; init; } = "";
    }

    internal sealed class LedgerGrain(
        [PersistentState("ledger", "memory")] IPersistentState<Ledger> ledger,
        Probe probe,
        [PersistentState("side")] IPersistentState<Side> side) : Grain, ILedgerGrain
    {
        public override Task OnActivateAsync(CancellationToken cancellationToken)
        {
            probe.Note($"activated with {ledger.State.Balance}");
            return Task.CompletedTask;
        }

        public Task<string> Describe() => Task.FromResult($"{ledger.State.Balance}, {(ledger.RecordExists ? "exists" : "none")}");

        public async Task<string> Add(int amount)
        {
            ledger.State.Balance += amount;
            await ledger.WriteStateAsync();
            return await Describe();
        }

        public async Task<string> Reread()
        {
            await ledger.ReadStateAsync();
            return await Describe();
        }

        public async Task<string> Clear()
        {
            await ledger.ClearStateAsync();
            return await Describe();
        }

        public Task ChangeInMemory(int balance)
        {
            ledger.State.Balance = balance;
            return Task.CompletedTask;
        }

        public async Task<string> NameSideRecord(string name)
        {
            side.State = side.State with { Name = name };
            await side.WriteStateAsync();
            await side.ReadStateAsync();
            return side.State.Name;
        }

        public Task Leave()
        {
            DeactivateOnIdle();
            return Task.CompletedTask;
        }
    }

    internal sealed class HomelessGrain([PersistentState("state", "nowhere")] IPersistentState<Ledger> state) : Grain, IHomelessGrain
    {
        public Task Ping() => Task.FromResult(state.State.Balance);
    }

    private sealed class RecordingStorage : IGrainStorage
    {
        private int? _stored;

        public bool Fail { get; set; }

        public List<string> Log { get; } = [];

        public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
        {
            Log.Add($"read {stateName} of {grainId}");
            grainState.RecordExists = _stored is not null;
            grainState.State = _stored is { } balance ? (T)(object)new Ledger { Balance = balance } : default;
            return Task.CompletedTask;
        }

        public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
        {
            Log.Add($"write {stateName} of {grainId}");
            if (Fail)
                throw new InconsistentStateException("changed", "2", "1");
            _stored = ((Ledger)(object)grainState.State!).Balance;
            grainState.RecordExists = true;
            return Task.CompletedTask;
        }

        public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => throw new NotSupportedException();
    }
}
