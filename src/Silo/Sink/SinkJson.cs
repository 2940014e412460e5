using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansLb.Silo.Sink;

/// <summary>The JSON of the sink.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(SinkReady))]
[JsonSerializable(typeof(SinkCounts))]
[JsonSerializable(typeof(SinkStats))]
internal sealed partial class SinkJson : JsonSerializerContext;
