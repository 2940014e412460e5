using OrleansLb.Grains.Persistence;
using OrleansLb.Storage.States;

namespace OrleansLb.Storage.Committing;

/// <summary>What the store has of a record; by default nothing.</summary>
internal readonly record struct StoredState<T>(bool Exists, long Version, T? State, CorruptStateException? Damage)
{
    /// <summary>Checks and reads a record's bytes.</summary>
    public static StoredState<T> Decode(in StateKey key, long version, uint checksum, ReadOnlySpan<byte> data, StateCodec<T> codec)
    {
        if (checksum != StateChecksum.Compute(key, version, data))
        {
            var damage = new CorruptStateException($"{key} is not as it was written: its checksum does not fit its {data.Length} bytes.");
            return new(true, version, codec.Salvage(data), damage);
        }

        try
        {
            return new(true, version, codec.Decode(data), null);
        }
        catch (CorruptStateException exception)
        {
            return new(true, version, default, exception);
        }
    }
}
