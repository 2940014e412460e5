using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace OrleansLb.Silo.Telemetry;

/// <summary>Listens to the program's meters and shows what they say in Prometheus' text format.</summary>
internal sealed class MetricsRegistry : IDisposable
{
    /// <summary>The meter that every part of the program measures with.</summary>
    public const string MeterName = "OrleansLb";

    private readonly ConcurrentDictionary<string, MetricFamily> _families = new(StringComparer.Ordinal);
    private readonly Lock _scraping = new();
    private readonly MeterListener _listener = new();

    public MetricsRegistry(string meterName = MeterName)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == meterName && FamilyOf(instrument) is { } family)
                listener.EnableMeasurementEvents(instrument, family);
        };
        _listener.SetMeasurementEventCallback<byte>(static (_, value, tags, state) => ((MetricFamily)state!).Record((long)value, tags));
        _listener.SetMeasurementEventCallback<short>(static (_, value, tags, state) => ((MetricFamily)state!).Record((long)value, tags));
        _listener.SetMeasurementEventCallback<int>(static (_, value, tags, state) => ((MetricFamily)state!).Record((long)value, tags));
        _listener.SetMeasurementEventCallback<long>(static (_, value, tags, state) => ((MetricFamily)state!).Record(value, tags));
        _listener.SetMeasurementEventCallback<float>(static (_, value, tags, state) => ((MetricFamily)state!).Record((double)value, tags));
        _listener.SetMeasurementEventCallback<double>(static (_, value, tags, state) => ((MetricFamily)state!).Record(value, tags));
        _listener.Start();
    }

    /// <summary>Asks the observable instruments and writes every family, by name.</summary>
    public void WriteTo(PrometheusText text)
    {
        lock (_scraping)
        {
            foreach (var family in _families.Values)
                family.BeginScrape();
            _listener.RecordObservableInstruments();
            foreach (var family in _families.Values.OrderBy(static f => f.Name, StringComparer.Ordinal))
                family.WriteTo(text);
        }
    }

    public void Dispose() => _listener.Dispose();

    private MetricFamily? FamilyOf(Instrument instrument)
    {
        var kind = instrument.GetType().GetGenericTypeDefinition();
        bool isCounter = kind == typeof(Counter<>) || kind == typeof(ObservableCounter<>);
        string name = PrometheusNames.Family(instrument.Name, instrument.Unit, isCounter);
        string help = instrument.Description ?? "";
        string scope = instrument.Meter.Name;

        var family = _families.GetOrAdd(name, _ => Create());

        // Two instruments of one name but of different kinds cannot share a family; the first one wins.
        return family.Type == Create().Type ? family : null;

        MetricFamily Create()
        {
            if (kind == typeof(Counter<>))
                return new SumFamily(name, help, "counter", scope);
            if (kind == typeof(UpDownCounter<>))
                return new SumFamily(name, help, "gauge", scope);
            if (kind == typeof(ObservableCounter<>))
                return new ObservedFamily(name, help, "counter", scope);
            if (kind == typeof(Histogram<>))
                return new HistogramFamily(name, help, scope, BoundsOf(instrument));
            if (kind == typeof(Gauge<>))
                return new LastValueFamily(name, help, scope);
            return new ObservedFamily(name, help, "gauge", scope);
        }
    }

    private static IReadOnlyList<double> BoundsOf(Instrument instrument) => instrument switch
    {
        Histogram<long> { Advice.HistogramBucketBoundaries: { } bounds } => [.. bounds.Select(static b => (double)b)],
        Histogram<int> { Advice.HistogramBucketBoundaries: { } bounds } => [.. bounds.Select(static b => (double)b)],
        Histogram<double> { Advice.HistogramBucketBoundaries: { } bounds } => bounds,
        _ => HistogramFamily.DefaultBounds,
    };
}
