using System.Buffers;
using OrleansLb.Grains.Persistence;

namespace OrleansLb.Storage.States;

/// <summary>Has a record write its own bytes into pooled memory and read them in place.</summary>
internal sealed class BinaryCodec<T> : StateCodec<T>
    where T : IBinaryState<T>
{
    public override EncodedState Encode(T? state)
    {
        if (state is null)
            throw new ArgumentNullException(nameof(state), $"There is no {typeof(T).Name} to store.");
        int length = state.EncodedLength;
        byte[] buffer = ArrayPool<byte>.Shared.Rent(length);
        state.WriteTo(buffer.AsSpan(0, length));
        return EncodedState.Rented(buffer, length);
    }

    public override T Decode(ReadOnlySpan<byte> bytes) => T.ReadFrom(bytes);

    public override T? Salvage(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return T.ReadFrom(bytes);
        }
        catch (CorruptStateException)
        {
            return default;
        }
    }
}
