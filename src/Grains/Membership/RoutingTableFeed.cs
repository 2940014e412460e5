using System.Collections.Concurrent;
using System.Collections.Frozen;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OrleansLb.Grains.Options;
using OrleansLb.Grains.Routing;

namespace OrleansLb.Grains.Membership;

/// <summary>
/// Long-polls the resolver grain of every exporter and publishes its newest table. A resolver grain that cannot be reached
/// leaves the last table in force; an epoch never goes back. The first poll does not wait for news, so that an exporter which has nobody to
/// send to is known by it and holds up nobody.
/// </summary>
internal sealed partial class RoutingTableFeed(
    IGrainFactory grains,
    IExporterCatalog catalog,
    TimeProvider time,
    ILogger<RoutingTableFeed> logger) : BackgroundService, IRoutingTables, IRoutingStates
{
    /// <summary>
    /// How long a poll waits for news. Orleans ends an activation only when no call of it runs, and keeps all others waiting meanwhile: so a resolver grain that has to go is back after
    /// this time at the latest. A call in two seconds costs nothing.
    /// </summary>
    public static readonly TimeSpan PollPatience = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How much longer an answer may take before it is given up. Nobody tells a process without a silo that the silo of its call is dead; the first answer, which may take any time, is waited for without end.
    /// </summary>
    public static readonly TimeSpan AnswerGrace = TimeSpan.FromSeconds(2);

    public static readonly TimeSpan FirstBackOff = TimeSpan.FromMilliseconds(100);

    /// <summary>Short: a silo that is dead breaks its calls at once, and whoever is to route again waits for this.</summary>
    public static readonly TimeSpan LongestBackOff = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How much longer than its resolver's timeout a resolver grain may fail before nobody waits for its first answer. Measured at failures only,
    /// from the second one on: a slow start is not one, however long it takes.
    /// </summary>
    public static readonly TimeSpan HopeBeyondTimeout = TimeSpan.FromSeconds(5);

    private readonly FrozenDictionary<string, PublishedTable> _tables = catalog.ComponentIds.ToFrozenDictionary(
        static id => id,
        id => new PublishedTable(RoutingTable.From(RoutingSnapshot.None, catalog.Get(id).Ring)),
        StringComparer.Ordinal);

    private readonly FrozenDictionary<string, HeardState> _heard = catalog.ComponentIds.ToFrozenDictionary(
        static id => id, _ => new HeardState(time), StringComparer.Ordinal);

    private readonly ConcurrentDictionary<string, long> _failedPolls = new(StringComparer.Ordinal);

    /// <summary>When this process began to route by its newest table; null before the first one.</summary>
    public DateTimeOffset? InForceSince(string componentId) => Find(_tables, componentId).Since;

    /// <summary>Polls that were not answered.</summary>
    public long FailedPolls(string componentId) => _failedPolls.GetValueOrDefault(componentId);

    public RoutingTable Current(string componentId) => Find(_tables, componentId).Current;

    public Task<RoutingTable> NewerThan(string componentId, long epoch, CancellationToken cancellationToken) =>
        Find(_tables, componentId).NewerThan(epoch, cancellationToken);

    public RoutingState StateOf(string componentId) => Find(_heard, componentId).Current;

    public Task FirstAnswer(string componentId, CancellationToken cancellationToken) => Find(_heard, componentId).First.WaitAsync(cancellationToken);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(_tables.Select(entry => FollowAsync(entry.Key, entry.Value, _heard[entry.Key], stoppingToken)));

    private async Task FollowAsync(string componentId, PublishedTable published, HeardState heard, CancellationToken stopping)
    {
        var options = catalog.Get(componentId);
        var hope = options.Resolver.LongestResolution + HopeBeyondTimeout;
        long began = time.GetTimestamp();
        int failures = 0;
        var patience = TimeSpan.Zero;
        var resolver = grains.GetGrain<IResolverGrain>(componentId);
        var backOff = FirstBackOff;
        while (!stopping.IsCancellationRequested)
        {
            long asked = time.GetTimestamp();
            try
            {
                long known = published.Current.Epoch;
                var snapshot = await resolver.GetSnapshot(known, patience, stopping)
                    .WaitAsync(patience > TimeSpan.Zero ? patience + AnswerGrace : Timeout.InfiniteTimeSpan, time, stopping).ConfigureAwait(false);
                bool isNews = snapshot.Epoch > known;
                if (isNews)
                {
                    // on a thread of its own: this may go on in the turn that brought the news, and a table of many backends takes its time
                    var table = await Task.Run(() => RoutingTable.From(snapshot, options.Ring), stopping).ConfigureAwait(false);
                    published.Publish(table, time.GetUtcNow());
                    LogTable(componentId, snapshot.Epoch, snapshot.Slots.Length);
                    backOff = FirstBackOff;
                }

                // the table first: whoever hears that there is one must find it
                heard.Answered(published.Current, snapshot.Failure);
                bool waited = patience > TimeSpan.Zero;
                patience = PollPatience;
                if (isNews || !waited)
                    continue;
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
                failures++;
                _failedPolls.AddOrUpdate(componentId, 1, static (_, before) => before + 1);
                heard.Unreachable(published.Current, exception.Message, hopeless: failures > 1 && time.GetElapsedTime(began) >= hope);
                asked = time.GetTimestamp();
            }

            // no news after a full poll is the rule; no news at once would be a busy loop
            if (time.GetElapsedTime(asked) >= PollPatience / 2)
            {
                backOff = FirstBackOff;
                continue;
            }

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

    private static T Find<T>(FrozenDictionary<string, T> exporters, string componentId) => exporters.TryGetValue(componentId, out var found)
        ? found
        : throw new KeyNotFoundException($"no exporter has the component ID '{componentId}'");
}
