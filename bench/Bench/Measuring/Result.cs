namespace OrleansLb.Bench.Measuring;

/// <summary>The medians of a scenario's rounds.</summary>
internal sealed record Result
{
    public required string Scenario { get; init; }

    /// <summary>CPU-seconds of the measured process per million spans.</summary>
    public required double CpuPerMillionSpans { get; init; }

    /// <summary>The same in the cheapest and in the dearest round.</summary>
    public required IReadOnlyList<double> CpuRange { get; init; }

    /// <summary>Microseconds of CPU time per request that a backend got.</summary>
    public required double CpuMicrosecondsPerPart { get; init; }

    /// <summary>Requests that backends got, per request that came in.</summary>
    public required double PartsPerRequest { get; init; }

    public required double SpansPerSecond { get; init; }

    /// <summary>Highest resident set size since the process started, in bytes.</summary>
    public required long PeakResidentBytes { get; init; }

    /// <summary>Bytes allocated on the managed heap per request that came in.</summary>
    public required double AllocatedBytesPerRequest { get; init; }

    /// <summary>Collections of generation 0, 1 and 2 over all rounds.</summary>
    public required IReadOnlyList<double> Collections { get; init; }

    /// <summary>The share of the CPU time that the just-in-time compiler took, over all rounds.</summary>
    public required double JitShare { get; init; }

    /// <summary>Parts that were stored, per second; 0 when queues are not stored.</summary>
    public required double StoredPerSecond { get; init; }

    /// <summary>Writes of queues that held them, per second.</summary>
    public required double SegmentsPerSecond { get; init; }

    /// <summary>Transactions of the store, per second.</summary>
    public required double TransactionsPerSecond { get; init; }

    /// <summary>Spans that the clients had acknowledged, per second until the last of them was.</summary>
    public required double AcceptedPerSecond { get; init; }

    /// <summary>Attempts that were refused, per request.</summary>
    public required double RefusalsPerRequest { get; init; }

    /// <summary>Those of them that were refused without being read.</summary>
    public required double UnreadPerRequest { get; init; }

    /// <summary>Seconds from the first attempt to the acknowledgement: the median of a round's requests, and their 99th percentile.</summary>
    public required IReadOnlyList<double> LatencySeconds { get; init; }

    /// <summary>Spans that reached backends beyond those that were acknowledged, over all rounds.</summary>
    public required long Copies { get; init; }

    /// <summary>What got to the backends in a second, round by round.</summary>
    public required IReadOnlyList<double> SpansPerSecondByRound { get; init; }

    /// <summary>Round by round, for ratios between scenarios that were measured at about the same time.</summary>
    public required IReadOnlyList<double> CpuPerMillionSpansByRound { get; init; }

    public static Result Of(Track track)
    {
        var rounds = track.Rounds;
        return new Result
        {
            Scenario = track.Scenario.Name,
            CpuPerMillionSpans = Median(rounds.Select(r => r.CpuPerMillionSpans)),
            CpuRange = [rounds.Min(r => r.CpuPerMillionSpans), rounds.Max(r => r.CpuPerMillionSpans)],
            CpuMicrosecondsPerPart = Median(rounds.Select(r => r.CpuMicrosecondsPerPart)),
            PartsPerRequest = Median(rounds.Select(r => (double)r.Parts / r.Requests)),
            SpansPerSecond = Median(rounds.Select(r => r.Spans / r.Seconds)),
            PeakResidentBytes = track.Usage.PeakResidentBytes,
            // the runtime counts memory when it hands it to a thread, in pieces so large that a round may see none
            AllocatedBytesPerRequest = rounds.Sum(r => r.Runtime.AllocatedBytes) / rounds.Sum(r => r.Requests),
            Collections = [rounds.Sum(r => r.Runtime.Generation0), rounds.Sum(r => r.Runtime.Generation1), rounds.Sum(r => r.Runtime.Generation2)],
            JitShare = rounds.Sum(r => r.Runtime.JitSeconds) / rounds.Sum(r => r.CpuSeconds),
            StoredPerSecond = Median(rounds.Select(r => r.Store.Requests / r.Seconds)),
            SegmentsPerSecond = Median(rounds.Select(r => r.Store.Segments / r.Seconds)),
            TransactionsPerSecond = Median(rounds.Select(r => r.Store.Transactions / r.Seconds)),
            AcceptedPerSecond = Median(rounds.Select(r => r.Client.Spans / r.Client.Seconds)),
            RefusalsPerRequest = Median(rounds.Select(r => (double)r.Client.Retries / r.Requests)),
            UnreadPerRequest = Median(rounds.Select(r => r.RefusedUnread / r.Requests)),
            LatencySeconds = [Median(rounds.Select(r => r.Client.MedianSeconds)), Median(rounds.Select(r => r.Client.HighSeconds))],
            Copies = rounds.Sum(r => r.Copies),
            SpansPerSecondByRound = [.. rounds.Select(r => r.Spans / r.Seconds)],
            CpuPerMillionSpansByRound = [.. rounds.Select(r => r.CpuPerMillionSpans)],
        };
    }

    /// <summary>How much more CPU per span than the other scenario: the median of the rounds' ratios.</summary>
    public double RatioTo(Result other) => Median(CpuPerMillionSpansByRound.Zip(other.CpuPerMillionSpansByRound, (mine, its) => mine / its));

    /// <summary>How much more gets to the backends in a second: the median of the rounds' ratios.</summary>
    public double RateRatioTo(Result other) => Median(SpansPerSecondByRound.Zip(other.SpansPerSecondByRound, (mine, its) => mine / its));

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        int middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
