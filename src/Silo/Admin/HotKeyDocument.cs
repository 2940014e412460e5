using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansLb.Silo.Admin;

/// <summary>The JSON of the hot keys.</summary>
internal sealed record HotKeyDocument(IReadOnlyList<HotKeyDocument.ExporterEntry> Exporters)
{
    internal sealed record ExporterEntry(
        string Exporter, int SampledOneIn, long SampledRequests, long SampledItems, long UnattributedItems, IReadOnlyList<KeyEntry> Keys);

    /// <param name="Text">The key, when it is printable text.</param>
    /// <param name="Hex">Its bytes, or the first of them.</param>
    /// <param name="Length">How many bytes it has.</param>
    /// <param name="Items">Sampled items times the interval.</param>
    /// <param name="MaxError">How much of that may belong to other keys.</param>
    /// <param name="Share">Its part of all items.</param>
    /// <param name="Slot">Its ring slot when it was sampled last.</param>
    /// <param name="Backend">The backend there.</param>
    internal sealed record KeyEntry(string? Text, string Hex, int Length, long Items, long MaxError, double Share, int Slot, string Backend);
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(HotKeyDocument))]
internal sealed partial class HotKeyJson : JsonSerializerContext;
