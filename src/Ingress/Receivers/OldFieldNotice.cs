using System.Net;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using OrleansLb.Ingress.Telemetry;
using OrleansLb.Otlp;

namespace OrleansLb.Ingress.Receivers;

/// <summary>
/// Counts items in a field of before OTLP 0.15 and says who sends them, once an hour for each client: such senders are in appliances and frozen images that nobody remembers. Safe for concurrent use.
/// </summary>
internal sealed partial class OldFieldNotice(ReceiverMetrics metrics, TimeProvider time, ILogger<OldFieldNotice> logger)
{
    /// <summary>How long a client is not named again.</summary>
    internal static readonly TimeSpan Pause = TimeSpan.FromHours(1);

    /// <summary>Clients that are remembered; further ones are counted and not named.</summary>
    internal const int MostClients = 1024;

    private readonly Lock _gate = new();
    private readonly Dictionary<IPAddress, long> _named = [];

    /// <summary>Notes the items of a request.</summary>
    public void Note(IFeatureCollection context, Signal signal, int items)
    {
        metrics.OldField(items);
        if (context.Get<IHttpConnectionFeature>()?.RemoteIpAddress is { } client && IsToBeNamed(client))
            LogOldField(client, items, NameOf(signal));
    }

    private static string NameOf(Signal signal) => signal switch
    {
        Signal.Traces => "instrumentation_library_spans",
        Signal.Logs => "instrumentation_library_logs",
        _ => "instrumentation_library_metrics",
    };

    private bool IsToBeNamed(IPAddress client)
    {
        lock (_gate)
        {
            if (_named.TryGetValue(client, out long since) && time.GetElapsedTime(since) < Pause)
                return false;
            if (_named.Count >= MostClients)
                Forget();
            if (_named.Count >= MostClients)
                return false;
            _named[client] = time.GetTimestamp();
            return true;
        }
    }

    private void Forget()
    {
        foreach (var (client, since) in _named)
        {
            // entries may be removed while a dictionary is gone through
            if (time.GetElapsedTime(since) >= Pause)
                _named.Remove(client);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "{Client} sends {Items} items in {Field}, a field that OTLP gave up with version 0.15: they are moved to where backends look for them, but the sender should be renewed")]
    private partial void LogOldField(IPAddress client, int items, string field);
}
