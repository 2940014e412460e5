using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace OrleansLb.Testing.Grains;

/// <summary>A store of a test that outlives silos. Records are kept as JSON, so that nothing is shared between activations.</summary>
public sealed class MemoryStore : IGrainStorage
{
    private static readonly JsonSerializerOptions s_json = new() { IncludeFields = true };

    private readonly ConcurrentDictionary<(string StateName, GrainId Grain), Record> _records = new();
    private readonly Lock _writing = new();
    private long _version;

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        bool exists = _records.TryGetValue((stateName, grainId), out var record);
        grainState.State = exists ? JsonSerializer.Deserialize<T>(record.Json, s_json) : NewState<T>();
        grainState.ETag = exists ? record.ETag : null;
        grainState.RecordExists = exists;
        return Task.CompletedTask;
    }

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(grainState.State, s_json);
        lock (_writing)
        {
            Check(stateName, grainId, grainState);
            string version = (++_version).ToString(CultureInfo.InvariantCulture);
            _records[(stateName, grainId)] = new Record(json, version);
            grainState.ETag = version;
        }

        grainState.RecordExists = true;
        return Task.CompletedTask;
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        lock (_writing)
        {
            Check(stateName, grainId, grainState);
            _records.TryRemove((stateName, grainId), out _);
        }

        grainState.State = NewState<T>();
        grainState.ETag = null;
        grainState.RecordExists = false;
        return Task.CompletedTask;
    }

    private static T? NewState<T>() =>
        typeof(T).IsValueType || typeof(T).GetConstructor(Type.EmptyTypes) is not null ? Activator.CreateInstance<T>() : default;

    private void Check<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        string? stored = _records.TryGetValue((stateName, grainId), out var record) ? record.ETag : null;
        if (stored != grainState.ETag)
            throw new InconsistentStateException($"{grainId} writes {stateName} over another version.", stored, grainState.ETag);
    }

    private readonly record struct Record(byte[] Json, string ETag);
}
