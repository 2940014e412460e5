namespace OrleansLb.Storage.Tests.Kit;

/// <summary>What every store of grains' records must do, whoever wrote it. A test class of a store derives from it.</summary>
public abstract partial class GrainStorageKit : IAsyncLifetime
{
    /// <summary>The store, open.</summary>
    protected IGrainStorage Store { get; private set; } = null!;

    /// <summary>Whether records are there again when the store was closed and opened.</summary>
    protected virtual bool IsDurable => true;

    /// <summary>Whether a record that was never there can be written over any version, as after a loss of the whole store.</summary>
    protected virtual bool TakesAnyVersionOfTheAbsent => false;

    public virtual async Task InitializeAsync() => Store = await OpenAsync();

    public virtual Task DisposeAsync() => CloseAsync();

    /// <summary>Opens the store of this test, anew or again.</summary>
    protected abstract Task<IGrainStorage> OpenAsync();

    protected async Task CloseAsync()
    {
        if (Store is IAsyncDisposable closing)
            await closing.DisposeAsync();
    }

    protected async Task ReopenAsync()
    {
        await CloseAsync();
        Store = await OpenAsync();
    }

    protected static GrainId Grain(string key) => GrainId.Create("kit", key);

    protected async Task<GrainState<T>> Read<T>(GrainId grain, string name = "state")
    {
        var read = new GrainState<T>();
        await Store.ReadStateAsync(name, grain, read);
        return read;
    }

    protected async Task<GrainState<T>> Write<T>(GrainId grain, T state, string name = "state", string? eTag = null)
    {
        var written = new GrainState<T>(state, eTag);
        await Store.WriteStateAsync(name, grain, written);
        return written;
    }

    protected async Task Clear<T>(GrainId grain, string name, string? eTag) =>
        await Store.ClearStateAsync(name, grain, new GrainState<T>(default, eTag));
}
