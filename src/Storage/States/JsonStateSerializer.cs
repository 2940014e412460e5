using System.Text.Json;

namespace OrleansLb.Storage.States;

/// <summary>The form of records that have none of their own: JSON, public fields included. An empty store of bytes is no record.</summary>
public sealed class JsonStateSerializer : IGrainStorageSerializer
{
    private static readonly JsonSerializerOptions s_options = new() { IncludeFields = true };

    private JsonStateSerializer()
    {
    }

    /// <summary>The one that there is.</summary>
    public static JsonStateSerializer Instance { get; } = new();

    /// <inheritdoc/>
    public BinaryData Serialize<T>(T? input) => new(JsonSerializer.SerializeToUtf8Bytes(input, s_options));

    /// <inheritdoc/>
    public T? Deserialize<T>(BinaryData input) => JsonSerializer.Deserialize<T>(input.ToMemory().Span, s_options);
}
