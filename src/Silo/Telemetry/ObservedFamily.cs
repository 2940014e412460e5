namespace OrleansLb.Silo.Telemetry;

/// <summary>
/// Observable instruments: only what was reported in this scrape is shown, so that a backend that is gone leaves no stale series.
/// Several reports with the same labels (the queues of several ring slots) add up.
/// </summary>
internal sealed class ObservedFamily(string name, string help, string type, string? scope) : MetricFamily(name, help, type)
{
    private readonly Dictionary<string, double> _observed = new(StringComparer.Ordinal);

    public override void BeginScrape()
    {
        lock (_observed)
            _observed.Clear();
    }

    public override void Record(long value, ReadOnlySpan<KeyValuePair<string, object?>> tags) => Record((double)value, tags);

    public override void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        string labels = TagSet.Labels(tags, scope);
        lock (_observed)
            _observed[labels] = _observed.GetValueOrDefault(labels) + value;
    }

    public override void WriteTo(PrometheusText text)
    {
        lock (_observed)
        {
            if (_observed.Count == 0)
                return;
            text.Family(Name, Help, Type);
            foreach (var (labels, value) in _observed.OrderBy(static o => o.Key, StringComparer.Ordinal))
                text.Sample(Name, "", labels, value);
        }
    }
}
