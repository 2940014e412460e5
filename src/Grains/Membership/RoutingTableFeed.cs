using System.Collections.Frozen;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OrleansLb.Grains.Options;
using OrleansLb.Grains.Routing;

namespace OrleansLb.Grains.Membership;

/// <summary>
/// Long-polls the resolver grain of every exporter and publishes its newest table. A resolver grain that cannot be reached
/// leaves the last table in force; an epoch never goes back.
/// </summary>
internal sealed partial class RoutingTableFeed(
    IGrainFactory grains,
    IExporterCatalog catalog,
    TimeProvider time,
    ILogger<RoutingTableFeed> logger) : BackgroundService, IRoutingTables
{
    /// <summary>How long a poll waits for news; below the engine's response timeout of 30 s.</summary>
    public static readonly TimeSpan PollPatience = TimeSpan.FromSeconds(20);

    public static readonly TimeSpan FirstBackOff = TimeSpan.FromMilliseconds(100);
    public static readonly TimeSpan LongestBackOff = TimeSpan.FromSeconds(5);

    private readonly FrozenDictionary<string, PublishedTable> _tables = catalog.ComponentIds.ToFrozenDictionary(
        static id => id,
        id => new PublishedTable(RoutingTable.From(RoutingSnapshot.None, catalog.Get(id).Ring)),
        StringComparer.Ordinal);

    public RoutingTable Current(string componentId) => Find(componentId).Current;

    public Task<RoutingTable> NewerThan(string componentId, long epoch, CancellationToken cancellationToken) =>
        Find(componentId).NewerThan(epoch, cancellationToken);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(_tables.Select(entry => FollowAsync(entry.Key, entry.Value, stoppingToken)));

    private async Task FollowAsync(string componentId, PublishedTable published, CancellationToken stopping)
    {
        var ring = catalog.Get(componentId).Ring;
        var resolver = grains.GetGrain<IResolverGrain>(componentId);
        var backOff = FirstBackOff;
        while (!stopping.IsCancellationRequested)
        {
            long asked = time.GetTimestamp();
            try
            {
                long known = published.Current.Epoch;
                var snapshot = await resolver.GetSnapshot(known, PollPatience).WaitAsync(stopping).ConfigureAwait(false);
                if (snapshot.Epoch > known)
                {
                    // on a thread of its own: this may go on in the turn that brought the news, and a table of many backends takes its time
                    published.Publish(await Task.Run(() => RoutingTable.From(snapshot, ring), stopping).ConfigureAwait(false));
                    LogTable(componentId, snapshot.Epoch, snapshot.Slots.Length);
                    backOff = FirstBackOff;
                    continue;
                }
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // whatever a lost silo or a failing grain throws, the last table stays in force
            catch (Exception exception)
#pragma warning restore CA1031
            {
                LogPollFailed(exception, componentId, backOff.TotalMilliseconds);
                asked = time.GetTimestamp();
            }

            // no news after a full poll is the rule; no news at once would be a busy loop
            if (time.GetElapsedTime(asked) >= PollPatience / 2)
                continue;
            await DelayAsync(backOff, stopping).ConfigureAwait(false);
            backOff = backOff * 2 < LongestBackOff ? backOff * 2 : LongestBackOff;
        }
    }

    private async Task DelayAsync(TimeSpan delay, CancellationToken stopping)
    {
        try
        {
            await Task.Delay(delay, time, stopping).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // the loop looks at the token
        }
    }

    private PublishedTable Find(string componentId) => _tables.TryGetValue(componentId, out var table)
        ? table
        : throw new KeyNotFoundException($"no exporter has the component ID '{componentId}'");
}
