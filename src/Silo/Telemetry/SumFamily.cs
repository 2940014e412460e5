namespace OrleansLb.Silo.Telemetry;

/// <summary>Counters, and up-down counters as gauges: measurements are added up.</summary>
internal sealed class SumFamily(string name, string help, string type, string? scope) : CellFamily(name, help, type, scope)
{
    public override void Record(long value, ReadOnlySpan<KeyValuePair<string, object?>> tags) => CellOf(tags).Add(value);

    public override void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) => CellOf(tags).Add(value);
}
