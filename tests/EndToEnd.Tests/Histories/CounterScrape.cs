using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;

namespace OrleansLb.EndToEnd.Tests.Histories;

/// <summary>The counters of one <c>/metrics</c> page that must balance, all signals and exporters together. All but the queue count items.</summary>
internal sealed partial record CounterScrape
{
    // of series that only the queue in front of the split has
    private const string FrontPrefix = "front ";

    public long Accepted { get; init; }

    public long Refused { get; init; }

    /// <summary>Requests that were turned away before their items were counted.</summary>
    public long RejectedRequests { get; init; }

    /// <summary>Handed to ring slots, taken or not.</summary>
    public long Routed { get; init; }

    /// <summary>Refused by the queues of ring slots.</summary>
    public long EnqueueFailed { get; init; }

    /// <summary>Given up by ring slots, whether as a drop or with an answer to somebody who waited.</summary>
    public long SendFailed { get; init; }

    /// <summary>Given up by the queue in front of the split.</summary>
    public long FrontSendFailed { get; init; }

    public long Sent { get; init; }

    /// <summary>By reason.</summary>
    public ImmutableDictionary<string, long> Dropped { get; init; } = ImmutableDictionary<string, long>.Empty;

    /// <summary>In the queues of ring slots, in the unit of their sizer, which need not be items.</summary>
    public long Queued { get; init; }

    /// <summary>In the queue in front of the split, in the unit of its sizer.</summary>
    public long FrontQueued { get; init; }

    /// <summary>Requests that were lost with quarantined segments, as far as is known.</summary>
    public long QuarantinedRequests { get; init; }

    public long DroppedItems => Dropped.Values.Sum();

    public static CounterScrape Parse(string page)
    {
        var sums = new Dictionary<string, long>();
        var dropped = new Dictionary<string, long>();
        foreach (string line in page.Split('\n'))
        {
            int end = line.AsSpan().IndexOfAny('{', ' ');
            if (end <= 0 || line[0] == '#' || !double.TryParse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture, out double value))
                continue;
            string name = line.Contains("data_type=\"", StringComparison.Ordinal) ? FrontPrefix + line[..end] : line[..end];
            sums[name] = sums.GetValueOrDefault(name) + (long)value;
            if (!name.EndsWith("orleanslb_dropped_items_total", StringComparison.Ordinal))
                continue;
            string reason = ReasonPattern().Match(line).Groups[1].Value;
            dropped[reason] = dropped.GetValueOrDefault(reason) + (long)value;
        }

        return new CounterScrape
        {
            Accepted = Items("otelcol_receiver_accepted"),
            Refused = Items("otelcol_receiver_refused"),
            RejectedRequests = sums.GetValueOrDefault("orleanslb_receiver_rejected_requests_total"),
            Routed = sums.GetValueOrDefault("orleanslb_slot_items_total"),
            EnqueueFailed = Items("otelcol_exporter_enqueue_failed"),
            SendFailed = Items("otelcol_exporter_send_failed"),
            FrontSendFailed = Items(FrontPrefix + "otelcol_exporter_send_failed"),
            FrontQueued = sums.GetValueOrDefault(FrontPrefix + "otelcol_exporter_queue_size"),
            Sent = Items("otelcol_exporter_sent"),
            Dropped = dropped.ToImmutableDictionary(),
            Queued = sums.GetValueOrDefault("otelcol_exporter_queue_size"),
            QuarantinedRequests = sums.GetValueOrDefault("orleanslb_quarantined_requests_total"),
        };

        long Items(string prefix) =>
            sums.GetValueOrDefault($"{prefix}_spans_total") + sums.GetValueOrDefault($"{prefix}_log_records_total") + sums.GetValueOrDefault($"{prefix}_metric_points_total");
    }

    [GeneratedRegex("reason=\"([^\"]*)\"")]
    private static partial Regex ReasonPattern();
}
