using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansLb.Grains.Membership;
using OrleansLb.Silo.Explain;

namespace OrleansLb.Silo.Admin;

/// <summary>The JSON of <c>/-/ready?verbose</c>.</summary>
/// <param name="Ready">What the status of the answer says too.</param>
/// <param name="Exporters">By component ID.</param>
internal sealed record ReadinessDocument(bool Ready, IReadOnlyList<ReadinessDocument.ExporterEntry> Exporters)
{
    public static string Json(bool ready, IEnumerable<ExporterReadiness> exporters) => JsonSerializer.Serialize(
        new ReadinessDocument(ready, [.. exporters.Select(Entry)]), ReadinessJson.Default.ReadinessDocument) + "\n";

    private static ExporterEntry Entry(ExporterReadiness exporter) => new(
        exporter.Options.ComponentId,
        exporter.State.Kind switch
        {
            RoutingStateKind.Table => "table",
            RoutingStateKind.NoBackends => "no backends",
            _ => "waiting",
        },
        exporter.State.Since,
        exporter.State.Epoch,
        exporter.State.Backends,
        exporter.Options.Ring.Name(),
        exporter.Options.Resolver.Kind,
        exporter.State.Failure,
        exporter.State.Ejected.IsEmpty ? null : [.. exporter.State.Ejected]);

    /// <param name="ComponentId">The exporter.</param>
    /// <param name="State"><c>table</c>, <c>waiting</c> (the resolver has not answered yet) or <c>no backends</c>.</param>
    /// <param name="Since">Since when state and epoch are so.</param>
    /// <param name="Epoch">Of the routing table; 0 before the first one.</param>
    /// <param name="Backends">How many there are.</param>
    /// <param name="Ring">As configurations write it.</param>
    /// <param name="Resolver">Its kind.</param>
    /// <param name="Failure">Why there are no backends, or why the resolver grain cannot be reached; left out when neither is so.</param>
    /// <param name="Ejected">Backends that own no keys because they take nothing; left out when there are none.</param>
    internal sealed record ExporterEntry(
        string ComponentId, string State, DateTimeOffset Since, long Epoch, int Backends, string Ring, string Resolver, string? Failure, IReadOnlyList<string>? Ejected = null);
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ReadinessDocument))]
internal sealed partial class ReadinessJson : JsonSerializerContext;
