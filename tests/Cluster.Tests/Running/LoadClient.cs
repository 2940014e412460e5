using System.Collections.Immutable;
using OrleansLb.EndToEnd.Tests.Histories;
using OrleansLb.EndToEnd.Tests.Infrastructure;
using OrleansLb.OtlpModel;

namespace OrleansLb.Cluster.Tests.Running;

/// <summary>
/// Sends one request after the other to the member that it belongs to, each again until it is acknowledged; while that member is away, to another one. Everything it hears is written down.
/// </summary>
internal sealed class LoadClient(Member home, IReadOnlyList<Member> members, SharedTraces traces, ClusterRecord record, TimeSpan pause)
{
    // who is not answered within the usual time of OTLP clients (OTEL_EXPORTER_OTLP_TIMEOUT) goes elsewhere
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_retryPause = TimeSpan.FromMilliseconds(50);

    // what is not acknowledged so long after the end of the traffic never will be
    private static readonly TimeSpan s_lastWord = TimeSpan.FromSeconds(10);

    private readonly Dictionary<int, RawClient> _connections = [];

    public async Task RunAsync(CancellationToken enough)
    {
        await Task.Delay(pause * Random.Shared.NextDouble(), CancellationToken.None);
        while (!enough.IsCancellationRequested)
        {
            await SendAsync(enough);
            await Task.Delay(pause, enough).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        foreach (var connection in _connections.Values)
            connection.Dispose();
    }

    private async Task SendAsync(CancellationToken enough)
    {
        var request = traces.Next(Load.SpansPerRequest);
        var items = ClientAttempt.ItemsOf(request);
        var firstSentAt = record.History.Now;
        var lives = new List<int>();
        TimeSpan? end = null;
        while (true)
        {
            if (enough.IsCancellationRequested && record.History.Now > (end ??= record.History.Now + s_lastWord))
                break;
            if (Choose(lives) is not { } run)
            {
                await Task.Delay(s_retryPause, CancellationToken.None);
                continue;
            }

            lives.Add(run.Life);
            var outcome = await AttemptAsync(request, items, run);
            if (outcome == AttemptOutcome.Acknowledged)
            {
                record.Exchanged(new Exchange(firstSentAt, record.History.Now, lives));
                return;
            }

            await Task.Delay(s_retryPause, CancellationToken.None);
        }

        record.Exchanged(new Exchange(firstSentAt, AcknowledgedAt: null, lives));
    }

    // home first; whoever did not answer last time is not asked next
    private MemberRun? Choose(List<int> lives)
    {
        int last = lives.Count > 0 && lives[^1] is var life && record.IsTroubled(life, record.History.Now) ? life : -1;
        if (home.Current is { } own && own.Life != last)
            return own;
        return members.Select(static member => member.Current).FirstOrDefault(run => run is not null && run.Life != last) ?? home.Current;
    }

    private async Task<AttemptOutcome> AttemptAsync(ExportTraceServiceRequest request, ImmutableArray<SentItem> items, MemberRun run)
    {
        if (!_connections.TryGetValue(run.Life, out var connection))
            _connections.Add(run.Life, connection = new RawClient(run.Receiver));
        var sentAt = record.History.Now;
        using var limit = new CancellationTokenSource(s_patience);
        ClientAttempt attempt;
        try
        {
            var answer = await connection.ExportAsync(request, limit.Token);
            attempt = ClientAttempt.Answered(run.Life, sentAt, record.History.Now, items, answer);
        }
        catch (HttpRequestException refused) when (refused.HttpRequestError == HttpRequestError.ConnectionError)
        {
            // nothing was sent: it is as if the member had not been there, which is not a refusal
            return AttemptOutcome.Unknown;
        }
        catch (Exception lost) when (lost is HttpRequestException or IOException or OperationCanceledException)
        {
            attempt = ClientAttempt.Lost(run.Life, sentAt, record.History.Now, items, lost);
        }

        record.History.Attempted(attempt);
        return attempt.Outcome;
    }
}
