namespace OrleansLb.Silo.Telemetry;

/// <summary>A family whose series are single numbers that stay once they were seen.</summary>
internal abstract class CellFamily(string name, string help, string type, string? scope) : MetricFamily(name, help, type)
{
    private readonly SeriesMap<Cell> _series = new(scope, static _ => new Cell());

    public sealed override void WriteTo(PrometheusText text)
    {
        var series = _series.Snapshot();
        if (series.Length == 0)
            return;
        text.Family(Name, Help, Type);
        foreach (var (labels, cell) in series)
            text.Sample(Name, "", labels, cell.Value);
    }

    protected Cell CellOf(ReadOnlySpan<KeyValuePair<string, object?>> tags) => _series.GetOrAdd(tags);
}
