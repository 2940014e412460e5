namespace OrleansLb.Silo.Telemetry;

/// <summary>All series of one exposed name.</summary>
/// <param name="name">The exposed name.</param>
/// <param name="help">What it means; may be empty.</param>
/// <param name="type">Prometheus' type.</param>
internal abstract class MetricFamily(string name, string help, string type)
{
    public string Name { get; } = name;

    public string Help { get; } = help;

    public string Type { get; } = type;

    public abstract void Record(long value, ReadOnlySpan<KeyValuePair<string, object?>> tags);

    public abstract void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags);

    /// <summary>Called before the observable instruments are asked.</summary>
    public virtual void BeginScrape()
    {
    }

    /// <summary>Writes the family, or nothing while it has no series.</summary>
    public abstract void WriteTo(PrometheusText text);
}
