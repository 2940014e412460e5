using OrleansLb.Ingress.Pipeline;
using OrleansLb.Otlp;

namespace OrleansLb.Ingress.Receivers;

/// <summary>The consumers of a receiver, by signal. A signal without consumers is not served.</summary>
public sealed record SignalConsumers
{
    /// <summary>Who takes traces.</summary>
    public IReadOnlyList<ISignalConsumer> Traces { get; init; } = [];

    /// <summary>Who takes logs.</summary>
    public IReadOnlyList<ISignalConsumer> Logs { get; init; } = [];

    /// <summary>Who takes metrics.</summary>
    public IReadOnlyList<ISignalConsumer> Metrics { get; init; } = [];

    /// <summary>Who takes the signal.</summary>
    public IReadOnlyList<ISignalConsumer> Of(Signal signal) => signal switch
    {
        Signal.Traces => Traces,
        Signal.Logs => Logs,
        Signal.Metrics => Metrics,
        _ => throw new ArgumentOutOfRangeException(nameof(signal), signal, null),
    };
}
