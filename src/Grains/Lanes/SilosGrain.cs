using Orleans.Concurrency;
using Orleans.Dashboard;
using Orleans.Runtime;

namespace OrleansLb.Grains.Lanes;

/// <summary>Answers out of its silo's own view of the members: no question reads their store.</summary>
[StatelessWorker(1)]
internal sealed class SilosGrain(ISiloStatusOracle silos, TimeProvider time) : Grain, ISilosGrain, ISiloStatusListener
{
    private TaskCompletionSource _changed = NewSignal();

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        silos.SubscribeToSiloStatusEvents(this);
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        silos.UnSubscribeFromSiloStatusEvents(this);

        // an activation ends only when no call of it runs
        Volatile.Read(ref _changed).TrySetResult();
        return Task.CompletedTask;
    }

    // a poll lasts as long as there is no news, so the time that it takes says nothing
    [NoProfiling]
    public async Task<string[]> GetActive(string[] known, TimeSpan patience, CancellationToken cancellationToken)
    {
        long began = time.GetTimestamp();
        while (true)
        {
            // the signal first: what changes after the look sets it
            var changed = Volatile.Read(ref _changed).Task;
            string[] names = Names();
            var left = patience - time.GetElapsedTime(began);
            if (left <= TimeSpan.Zero || cancellationToken.IsCancellationRequested || !names.AsSpan().SequenceEqual(known))
                return names;
            await changed.WaitAsync(left, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public void SiloStatusChangeNotification(SiloAddress updatedSilo, SiloStatus status) => Interlocked.Exchange(ref _changed, NewSignal()).TrySetResult();

    private string[] Names() =>
    [
        .. silos.GetActiveSilos().Select(silo => silos.TryGetSiloName(silo, out string? name) ? name : "").Where(static name => name.Length > 0).Order(StringComparer.Ordinal),
    ];

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
