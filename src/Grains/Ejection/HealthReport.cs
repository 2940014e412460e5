using System.Collections.Immutable;

namespace OrleansLb.Grains.Ejection;

/// <summary>What one lane has seen of an exporter's backends lately. Backends that it had nothing for are left out: it has no say on them.</summary>
/// <param name="Lane">The lane.</param>
/// <param name="Slots">The ring slots that it has sent to, each once.</param>
[GenerateSerializer, Immutable, Alias("orleanslb.HealthReport")]
public sealed record HealthReport([property: Id(0)] string Lane, [property: Id(1)] ImmutableArray<SlotHealthReport> Slots);

/// <summary>What one lane has seen of one backend.</summary>
/// <param name="Slot">Its ring slot.</param>
/// <param name="Endpoint">Its <c>host:port</c>, as it was dialled.</param>
/// <param name="FailingFor">For how long it has taken nothing although it was tried; null: it takes what it gets.</param>
[GenerateSerializer, Immutable, Alias("orleanslb.SlotHealthReport")]
public sealed record SlotHealthReport([property: Id(0)] int Slot, [property: Id(1)] string Endpoint, [property: Id(2)] TimeSpan? FailingFor);
