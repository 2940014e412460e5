using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Orleans.Runtime;
using Orleans.Storage;

namespace OrleansLb.Grains.Tests.Membership;

/// <summary>A store that outlives silos, keeps records as JSON and fails or was overtaken when the test says so.</summary>
internal sealed class ScriptedStorage : IGrainStorage
{
    private readonly ConcurrentDictionary<string, (string Json, int Version)> _records = new();
    private int _writes;

    public volatile bool FailsWrites;

    public int Writes => Volatile.Read(ref _writes);

    public IEnumerable<string> Records => _records.Values.Select(static r => r.Json);

    /// <summary>Another activation writes what is stored once more: the version is a new one.</summary>
    public void Overtake()
    {
        foreach (var (key, record) in _records)
            _records[key] = (record.Json, record.Version + 1);
    }

    public void Lose() => _records.Clear();

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        grainState.RecordExists = _records.TryGetValue($"{grainId}/{stateName}", out var record);
        grainState.ETag = grainState.RecordExists ? record.Version.ToString(CultureInfo.InvariantCulture) : null;
        grainState.State = grainState.RecordExists ? JsonSerializer.Deserialize<T>(record.Json)! : Activator.CreateInstance<T>();
        return Task.CompletedTask;
    }

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (FailsWrites)
            throw new IOException("the disk is full");

        string key = $"{grainId}/{stateName}";
        int version = _records.TryGetValue(key, out var record) ? record.Version : 0;
        if (grainState.ETag is { } known && known != version.ToString(CultureInfo.InvariantCulture))
            throw new InconsistentStateException("overtaken", version.ToString(CultureInfo.InvariantCulture), known);

        _records[key] = (JsonSerializer.Serialize(grainState.State), ++version);
        grainState.ETag = version.ToString(CultureInfo.InvariantCulture);
        grainState.RecordExists = true;
        Interlocked.Increment(ref _writes);
        return Task.CompletedTask;
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => throw new NotSupportedException();
}
