namespace Orleans.Storage;

/// <summary>Turns grains' records into bytes and back, for stores that leave this to somebody else.</summary>
public interface IGrainStorageSerializer
{
    /// <summary>The bytes of a record.</summary>
    BinaryData Serialize<T>(T? input);

    /// <summary>The record of these bytes.</summary>
    T? Deserialize<T>(BinaryData input);
}
