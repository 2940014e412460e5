using OrleansLb.Grains.Persistence;
using OrleansLb.Storage.States;

namespace OrleansLb.Storage.Committing;

/// <summary>What the store has of a record; by default nothing.</summary>
internal readonly record struct StoredState<T>(bool Exists, long Version, T? State, CorruptStateException? Damage)
{
    /// <summary>Checks and reads a record's bytes.</summary>
    public static StoredState<T> Decode(in StateKey key, long version, uint checksum, ReadOnlySpan<byte> data, StateDecoder<T> decode)
    {
        if (checksum != StateChecksum.Compute(key, version, data))
            return new(true, version, default, new CorruptStateException($"{key} is not as it was written: its checksum does not fit its {data.Length} bytes."));
        try
        {
            return new(true, version, decode(data), null);
        }
        catch (CorruptStateException exception)
        {
            return new(true, version, default, exception);
        }
    }
}
