using System.Text.Json;
using Orleans.Storage;

namespace OrleansLb.Clustering.Documents;

/// <summary>Records of grains as JSON. Fields that a record does not have are passed over, so that those of newer programs can be read.</summary>
internal sealed class RecordJson : IGrainStorageSerializer
{
    private RecordJson()
    {
    }

    public static RecordJson Instance { get; } = new();

    public BinaryData Serialize<T>(T? input) => new(JsonSerializer.SerializeToUtf8Bytes(input));

    public T? Deserialize<T>(BinaryData input) => JsonSerializer.Deserialize<T>(input.ToMemory().Span);
}
