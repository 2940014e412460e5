using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;
using OrleansLb.Grains.Exporting.SendingQueues;
using OrleansLb.Grains.Lanes;
using OrleansLb.Grains.Options;

namespace OrleansLb.Grains.Exporting.StoredQueues;

/// <summary>Keeps the index in the store of the queues themselves, written when a queue gets its first part and when it is closed empty.</summary>
[ExporterPlacement]
internal sealed class QueueIndexGrain(IExporterCatalog catalog) : Grain, IQueueIndexGrain
{
    private const string StateName = "queues";

    private readonly GrainState<QueueIndexState> _index = new(new QueueIndexState());
    private IGrainStorage _storage = null!;
    private QueueIndexKey _key;

    private QueueIndexState Index => _index.State ?? new QueueIndexState();

    /// <inheritdoc/>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _key = QueueIndexKey.Parse(this.GetPrimaryKeyString());
        var exporter = catalog.Get(_key.ComponentId);
        string store = (_key.IsTopLevel ? exporter.SendingQueue?.Storage : exporter.Queue.Storage)
            ?? throw new InvalidOperationException($"the queue of {_key} has no store");
        _storage = ServiceProvider.GetRequiredKeyedService<IGrainStorage>(store);
        await _storage.ReadStateAsync(StateName, this.GetGrainId(), _index);
    }

    /// <inheritdoc/>
    public Task Register(string exporter) =>
        Index.Exporters.Contains(exporter) ? Task.CompletedTask : Write(new QueueIndexState { Exporters = Index.Exporters.Add(exporter).Sort(StringComparer.Ordinal) });

    /// <inheritdoc/>
    public Task Unregister(string exporter) =>
        Index.Exporters.Contains(exporter) ? Write(new QueueIndexState { Exporters = Index.Exporters.Remove(exporter) }) : Task.CompletedTask;

    /// <inheritdoc/>
    public Task WakeAll() => Task.WhenAll(Index.Exporters.Select(Wake));

    private Task Wake(string key) =>
        _key.IsTopLevel ? GrainFactory.GetGrain<ISendingQueueGrain>(key).Wake() : GrainFactory.GetGrain<IExporterGrain>(key).Wake();

    // After a failure nobody knows what the store has: the next activation reads it.
    private async Task Write(QueueIndexState index)
    {
        _index.State = index;
        try
        {
            if (index.Exporters.IsEmpty)
                await _storage.ClearStateAsync(StateName, this.GetGrainId(), _index);
            else
                await _storage.WriteStateAsync(StateName, this.GetGrainId(), _index);
        }
        catch
        {
            this.DeactivateOnIdle();
            throw;
        }
    }
}
