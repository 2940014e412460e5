using System.Globalization;
using Orleans.Runtime;
using Orleans.Storage;
using OrleansLb.Grains.Durability;
using OrleansLb.Grains.Persistence;

namespace OrleansLb.Grains.Tests.Durability;

/// <summary>A store that outlives whoever uses it, with versions as stores have them. It answers at once or when the test says so, and fails as scripted.</summary>
internal sealed class ScriptedStore : IGrainStorage
{
    private readonly Dictionary<string, (byte[] Bytes, string Version)> _records = [];
    private readonly List<StorageCall> _calls = [];
    private int _versions;

    /// <summary>Answer at once.</summary>
    public bool Answers { get; set; } = true;

    /// <summary>What to throw instead of an answer; null to answer.</summary>
    public Func<StorageOperation, string, Exception?> Fault { get; set; } = static (_, _) => null;

    public IEnumerable<string> Names => _records.Keys.Order();

    /// <summary>Every call so far, as <c>Write queue-manifest</c>.</summary>
    public List<string> History { get; } = [];

    public IReadOnlyList<StorageCall> Pending => [.. _calls.Where(static call => call.IsPending)];

    public byte[] this[string name]
    {
        get => _records[name].Bytes;
        set => _records[name] = (value, NewVersion());
    }

    public int Count(StorageOperation operation) => History.Count(entry => entry.StartsWith($"{operation} ", StringComparison.Ordinal));

    public void Remove(string name) => Assert.True(_records.Remove(name));

    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => await Call(StorageOperation.Read, stateName, () =>
    {
        grainState.RecordExists = _records.TryGetValue(stateName, out var record);
        grainState.ETag = record.Version;
        grainState.State = grainState.RecordExists ? (T)(object)SegmentState.ReadFrom(record.Bytes) : default;
    }).ConfigureAwait(false);

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var state = (IBinaryState<SegmentState>)grainState.State!;
        byte[] bytes = new byte[state.EncodedLength];
        state.WriteTo(bytes);
        string? known = grainState.ETag;
        string version = NewVersion();
        await Call(StorageOperation.Write, stateName, () =>
        {
            Check(stateName, known);
            _records[stateName] = (bytes, version);
        }).ConfigureAwait(false);
        grainState.ETag = version;
        grainState.RecordExists = true;
    }

    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        string? known = grainState.ETag;
        await Call(StorageOperation.Clear, stateName, () =>
        {
            Check(stateName, known);
            _records.Remove(stateName);
        }).ConfigureAwait(false);
        grainState.ETag = null;
        grainState.RecordExists = false;
    }

    private Task Call(StorageOperation operation, string name, Action perform)
    {
        History.Add($"{operation} {name}");
        var call = new StorageCall(operation, name, perform);
        if (Fault(operation, name) is { } fault)
            call.Fail(fault);
        else if (Answers)
            call.Succeed();
        else
            _calls.Add(call);
        return call.Ended;
    }

    private void Check(string name, string? known)
    {
        string? stored = _records.TryGetValue(name, out var record) ? record.Version : null;
        if (stored != known)
            throw new InconsistentStateException($"{name} is another", stored, known);
    }

    private string NewVersion() => (++_versions).ToString(CultureInfo.InvariantCulture);
}
