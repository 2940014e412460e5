using System.Collections.Concurrent;
using Orleans.Runtime;
using Orleans.Storage;
using OrleansLb.Testing.Grains;

namespace OrleansLb.Grains.Tests.Exporting;

/// <summary>
/// One process's way to a store that outlives it: it can fail, wait, and be cut off as by a kill, after which nothing of that process
/// reaches the store any more.
/// </summary>
internal sealed class MortalStore : IGrainStorage
{
    private readonly MemoryStore _disk;
    private readonly ConcurrentDictionary<string, byte> _names;
    private volatile bool _dead;

    public MortalStore()
    {
        _names = new();
        _disk = new MemoryStore();
    }

    private MortalStore(MortalStore former) => (_disk, _names) = (former._disk, former._names);

    /// <summary>What a write throws; null: it is done.</summary>
    public Func<string, Exception?> Fault { get; set; } = static _ => null;

    /// <summary>What writes wait for.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    /// <summary>The records that are stored.</summary>
    public IReadOnlyCollection<string> Names => [.. _names.Keys.Order()];

    /// <summary>Cuts the process off; answers the way of the next process.</summary>
    public MortalStore Kill()
    {
        _dead = true;
        return new MortalStore(this);
    }

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        ThrowIfDead();
        return _disk.ReadStateAsync(stateName, grainId, grainState);
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        await Gate;
        ThrowIfDead();
        if (Fault(stateName) is { } fault)
            throw fault;
        await _disk.WriteStateAsync(stateName, grainId, grainState);
        _names.TryAdd($"{grainId}:{stateName}", 0);
    }

    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        ThrowIfDead();
        await _disk.ClearStateAsync(stateName, grainId, grainState);
        _names.TryRemove($"{grainId}:{stateName}", out _);
    }

    private void ThrowIfDead()
    {
        if (_dead)
            throw new IOException("the process is dead");
    }
}
