using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace OrleansLb.Ingress.Tests.Receivers;

/// <summary>A meter factory of one test, and the sums of its counters.</summary>
internal sealed class TestMeters : IMeterFactory
{
    private readonly ConcurrentDictionary<string, Meter> _meters = new();
    private readonly ConcurrentDictionary<string, long> _sums = new();
    private readonly MeterListener _listener = new();

    public TestMeters()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, this))
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            string labels = "";
            foreach (var (name, label) in tags)
                labels += $"{(labels.Length == 0 ? "" : ",")}{name}={label}";
            _sums.AddOrUpdate($"{instrument.Name}{{{labels}}}", value, (_, sum) => sum + value);
        });
        _listener.Start();
    }

    /// <summary>Name and labels of everything counted so far, with its sum.</summary>
    public IReadOnlyDictionary<string, long> Sums => _sums;

    /// <summary>The sum over all series of this name that have the label.</summary>
    public long Sum(string name, string label = "") =>
        _sums.Where(sum => sum.Key.StartsWith(name + "{", StringComparison.Ordinal) && sum.Key.Contains(label, StringComparison.Ordinal)).Sum(sum => sum.Value);

    public Meter Create(MeterOptions options)
    {
        options.Scope = this;
        return _meters.GetOrAdd(options.Name, _ => new Meter(options));
    }

    public void Dispose()
    {
        _listener.Dispose();
        foreach (var meter in _meters.Values)
            meter.Dispose();
    }
}
