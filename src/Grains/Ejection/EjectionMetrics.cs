using System.Diagnostics.Metrics;

namespace OrleansLb.Grains.Ejection;

/// <summary>Which backends are off the ring because they take nothing.</summary>
internal sealed class EjectionMetrics
{
    private readonly Gauge<int> _out;
    private readonly Counter<long> _ejections;
    private readonly Counter<long> _readmissions;

    public EjectionMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("OrleansLb");
        _out = meter.CreateGauge<int>("orleanslb_ejected_backends", "{backend}", "Backends that are off the ring because they take nothing.");
        _ejections = meter.CreateCounter<long>("orleanslb_backend_ejections", "{ejection}", "Times that a backend was taken off the ring because it took nothing.");
        _readmissions = meter.CreateCounter<long>("orleanslb_backend_readmissions", "{readmission}", "Times that an ejected backend came back.");
    }

    public void Ejected(string componentId, string endpoint) => _ejections.Add(1, Tags(componentId, endpoint));

    public void Readmitted(string componentId, string endpoint) => _readmissions.Add(1, Tags(componentId, endpoint));

    public void Out(string componentId, int backends) => _out.Record(
        backends, new("exporter", $"load_balancing/{componentId}"), new("component_path", "/"), new("component_id", componentId));

    private static KeyValuePair<string, object?>[] Tags(string componentId, string endpoint) =>
    [
        new("exporter", $"load_balancing/{componentId}"),
        new("component_path", "/"),
        new("component_id", componentId),
        new("endpoint", endpoint),
    ];
}
