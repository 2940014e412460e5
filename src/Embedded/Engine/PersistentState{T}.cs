using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace OrleansLb.Embedded.Engine;

/// <summary>A record of one activation.</summary>
internal sealed class PersistentState<T>(string name, GrainId grainId, IGrainStorage store) : IPersistentState<T>
{
    private static readonly bool s_canBeMade = typeof(T).IsValueType || typeof(T).GetConstructor(Type.EmptyTypes) is not null;

    private readonly GrainState<T> _record = new(NewState());

    public T State
    {
        get => _record.State!;
        set => _record.State = value;
    }

    public string? Etag => _record.ETag;

    public bool RecordExists => _record.RecordExists;

    public Task ReadStateAsync() => ReadStateAsync(CancellationToken.None);

    public Task WriteStateAsync() => WriteStateAsync(CancellationToken.None);

    public Task ClearStateAsync() => ClearStateAsync(CancellationToken.None);

    public async Task ReadStateAsync(CancellationToken cancellationToken)
    {
        await store.ReadStateAsync(name, grainId, _record, cancellationToken);
        _record.State ??= NewState();
    }

    public Task WriteStateAsync(CancellationToken cancellationToken) => store.WriteStateAsync(name, grainId, _record, cancellationToken);

    public async Task ClearStateAsync(CancellationToken cancellationToken)
    {
        await store.ClearStateAsync(name, grainId, _record, cancellationToken);
        _record.State = NewState();
    }

    private static T? NewState() => s_canBeMade ? Activator.CreateInstance<T>() : default;
}
