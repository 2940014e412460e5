using OrleansLb.Configuration.Evaluation;
using OrleansLb.Otlp;

namespace OrleansLb.Configuration.Components;

/// <summary>A signal's way from a receiver to a consumer.</summary>
internal readonly record struct SignalWire(Signal Signal, ConsumerReference Consumer);
