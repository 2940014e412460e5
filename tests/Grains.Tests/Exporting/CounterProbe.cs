using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace OrleansLb.Grains.Tests.Exporting;

/// <summary>Adds up what the instruments of one meter factory report.</summary>
internal sealed class CounterProbe : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<string, double> _sums = new();
    private readonly ConcurrentDictionary<string, double> _gauges = new();

    public CounterProbe(IMeterFactory factory)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, factory))
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Record(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Record(instrument, 1, tags));
        _listener.Start();
    }

    /// <summary>The sum of a counter (of a histogram: the number of records) over all series whose labels contain every given <c>name=value</c>.</summary>
    public double Sum(string instrument, params string[] labels) => _sums.Where(entry => Fits(entry.Key, instrument, labels)).Sum(static entry => entry.Value);

    /// <summary>The series of a gauge right now, as <c>name{label=value,…}</c>.</summary>
    public IReadOnlyDictionary<string, double> Gauge(string instrument)
    {
        _gauges.Clear();
        _listener.RecordObservableInstruments();
        return _gauges.Where(entry => entry.Key.StartsWith(instrument + "{", StringComparison.Ordinal)).ToDictionary();
    }

    public void Dispose() => _listener.Dispose();

    private static bool Fits(string series, string instrument, string[] labels) =>
        series.StartsWith(instrument + "{", StringComparison.Ordinal) && labels.All(label => series.Contains($"{label},", StringComparison.Ordinal));

    private void Record(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        string series = $"{instrument.Name}{{{string.Concat(tags.ToArray().Select(static tag => $"{tag.Key}={tag.Value},"))}}}";
        if (instrument.IsObservable)
            _gauges[series] = value;
        else
            _sums.AddOrUpdate(series, value, (_, sum) => sum + value);
    }
}
