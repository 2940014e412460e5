using OrleansLb.Grains.Exporting.Messages;

namespace OrleansLb.Grains.Dealing;

/// <summary>What one ring slot gets of a request.</summary>
/// <param name="Slot">The ring slot.</param>
/// <param name="Part">The message for its exporter grain.</param>
public readonly record struct DealtPart(int Slot, ExportPart Part);
