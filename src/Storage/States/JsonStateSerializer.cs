using System.Text.Json;

namespace OrleansLb.Storage.States;

/// <summary>The form of records that have none of their own: JSON, public fields included. An empty store of bytes is no record.</summary>
internal sealed class JsonStateSerializer : IGrainStorageSerializer
{
    private static readonly JsonSerializerOptions s_options = new() { IncludeFields = true };

    public static JsonStateSerializer Instance { get; } = new();

    public BinaryData Serialize<T>(T? input) => new(JsonSerializer.SerializeToUtf8Bytes(input, s_options));

    public T? Deserialize<T>(BinaryData input) => JsonSerializer.Deserialize<T>(input.ToMemory().Span, s_options);
}
