using System.Globalization;
using Orleans.Runtime;
using Orleans.Storage;
using OrleansLb.Grains.Persistence;

namespace OrleansLb.Grains.Durability;

/// <summary>The records of one grain's queue in a store. What a store throws becomes a value; its work happens off the grain's turn.</summary>
/// <param name="storage">The store.</param>
/// <param name="grain">Whose queue it is.</param>
/// <param name="workers">Where the work is done; null: the thread pool.</param>
internal sealed class SegmentStore(IGrainStorage storage, GrainId grain, TaskScheduler? workers = null)
{
    private readonly TaskScheduler _workers = workers ?? TaskScheduler.Default;

    public const string Manifest = "queue-manifest";

    public static string NameOf(long number) => string.Create(CultureInfo.InvariantCulture, $"queue-segment-{number:D8}");

    public static string QuarantineOf(long number) => $"{NameOf(number)}-quarantined";

    public Task<StoreAnswer> Read(string name) => Run(new GrainState<SegmentState>(), name, static async (storage, name, grain, record) =>
    {
        try
        {
            await storage.ReadStateAsync(name, grain, record).ConfigureAwait(false);
        }
        catch (CorruptStateException fault) when (record is { RecordExists: true, ETag: not null })
        {
            // the store noticed first; what it found can still be put aside
            return new StoreAnswer(StoreStatus.Corrupt, record.ETag, record.State, fault);
        }

        return record is { RecordExists: true, State: { } state }
            ? new StoreAnswer(StoreStatus.Done, record.ETag, state)
            : new StoreAnswer(StoreStatus.Missing);
    });

    /// <summary>Writes a record over the given version; null: there must be none.</summary>
    public Task<StoreAnswer> Write(string name, IRecordSource source, string? version)
    {
        var record = new GrainState<SegmentState>(new SegmentState(source), version) { RecordExists = version is not null };
        return Run(record, name, static async (storage, name, grain, record) =>
        {
            await storage.WriteStateAsync(name, grain, record).ConfigureAwait(false);
            return new StoreAnswer(StoreStatus.Done, record.ETag);
        });
    }

    public Task<StoreAnswer> Clear(string name, string? version)
    {
        var record = new GrainState<SegmentState>(new SegmentState(), version) { RecordExists = true };
        return Run(record, name, static async (storage, name, grain, record) =>
        {
            await storage.ClearStateAsync(name, grain, record).ConfigureAwait(false);
            return new StoreAnswer(StoreStatus.Done);
        });
    }

    /// <summary>Work on a record that would keep the turn too long.</summary>
    public Task<T> OffTurn<T>(Func<T> work) => Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.DenyChildAttach, _workers);

    private Task<StoreAnswer> Run(
        GrainState<SegmentState> record, string name, Func<IGrainStorage, string, GrainId, GrainState<SegmentState>, Task<StoreAnswer>> call) =>
        OffTurn(() => Guard(call(storage, name, grain, record))).Unwrap();

    private static async Task<StoreAnswer> Guard(Task<StoreAnswer> call)
    {
        try
        {
            return await call.ConfigureAwait(false);
        }
        catch (InconsistentStateException fault)
        {
            return new StoreAnswer(StoreStatus.Conflict, Fault: fault);
        }
        catch (CorruptStateException fault)
        {
            return new StoreAnswer(StoreStatus.Corrupt, Fault: fault);
        }
#pragma warning disable CA1031 // stores throw what they like, and all of it means: not now
        catch (Exception fault)
#pragma warning restore CA1031
        {
            return new StoreAnswer(StoreStatus.Unavailable, Fault: fault);
        }
    }
}
