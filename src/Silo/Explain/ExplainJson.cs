using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansLb.Silo.Explain;

/// <summary>The JSON of the tools that explain.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RouteExplanation))]
[JsonSerializable(typeof(RingComparison))]
internal sealed partial class ExplainJson : JsonSerializerContext;
