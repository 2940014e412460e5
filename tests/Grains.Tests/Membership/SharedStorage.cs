using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Orleans.Runtime;
using Orleans.Storage;

namespace OrleansLb.Grains.Tests.Membership;

/// <summary>A store that several silos share: keeps to ETags, and fails as often as the test wants, sometimes after it has written.</summary>
internal sealed class SharedStorage(int seed) : IGrainStorage
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, (string Json, long Version)> _records = [];
    private readonly Random _random = new(seed);
    private long _version;
    private int _failures;

    /// <summary>The share of calls that fail, from 0 to 1.</summary>
    public double Failing { get; set; }

    public int Failures => Volatile.Read(ref _failures);

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        lock (_gate)
        {
            FailPerhaps();
            grainState.RecordExists = _records.TryGetValue($"{grainId}/{stateName}", out var record);
            grainState.ETag = grainState.RecordExists ? record.Version.ToString(CultureInfo.InvariantCulture) : null;
            grainState.State = grainState.RecordExists ? JsonSerializer.Deserialize<T>(record.Json)! : Activator.CreateInstance<T>();
            return Task.CompletedTask;
        }
    }

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        lock (_gate)
        {
            FailPerhaps();
            string key = $"{grainId}/{stateName}";
            string? stored = _records.TryGetValue(key, out var record) ? record.Version.ToString(CultureInfo.InvariantCulture) : null;
            if (grainState.ETag != stored)
                throw new InconsistentStateException("overtaken", stored, grainState.ETag);
            _records[key] = (JsonSerializer.Serialize(grainState.State), ++_version);
            FailPerhaps();
            grainState.ETag = _version.ToString(CultureInfo.InvariantCulture);
            grainState.RecordExists = true;
            return Task.CompletedTask;
        }
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => throw new NotSupportedException();

    private void FailPerhaps()
    {
        if (_random.NextDouble() >= Failing)
            return;
        Interlocked.Increment(ref _failures);
        throw new IOException("the store is away");
    }
}
