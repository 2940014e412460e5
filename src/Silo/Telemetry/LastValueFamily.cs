namespace OrleansLb.Silo.Telemetry;

/// <summary>Gauges that are set: the newest measurement counts.</summary>
internal sealed class LastValueFamily(string name, string help, string? scope) : CellFamily(name, help, "gauge", scope)
{
    public override void Record(long value, ReadOnlySpan<KeyValuePair<string, object?>> tags) => CellOf(tags).Set(value);

    public override void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) => CellOf(tags).Set(value);
}
