using System.Buffers;
using System.Reflection;
using System.Text.Json;
using OrleansLb.Grains.Persistence;

namespace OrleansLb.Storage.States;

/// <summary>Turns a record into bytes and back: in its own form if it has one (<see cref="IBinaryState{TSelf}"/>), else by the store's serializer.</summary>
internal abstract class StateCodec<T>
{
    private static readonly StateCodec<T>? s_binary = FindBinary();

    /// <summary>The codec for a record: its own form if it has one, else the serializer's.</summary>
    public static StateCodec<T> For(IGrainStorageSerializer serializer) => s_binary ?? new SerializerCodec(serializer);

    public abstract EncodedState Encode(T? state);

    /// <exception cref="CorruptStateException">These bytes are no such record.</exception>
    public abstract T? Decode(ReadOnlySpan<byte> bytes);

    /// <summary>What can be kept of bytes that are not as they were written, so that the caller can put them aside; most often nothing.</summary>
    public virtual T? Salvage(ReadOnlySpan<byte> bytes) => default;

    private static StateCodec<T>? FindBinary()
    {
        // the constraint can only be met by reflection, once for a type: T is not known to be binary
        bool binary = typeof(T).GetInterfaces()
            .Any(static type => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IBinaryState<>) && type.GetGenericArguments()[0] == typeof(T));
        return binary
            ? (StateCodec<T>)Activator.CreateInstance(typeof(BinaryCodec<>).MakeGenericType(typeof(T)), nonPublic: true)!
            : null;
    }

    private sealed class SerializerCodec(IGrainStorageSerializer serializer) : StateCodec<T>
    {
        public override EncodedState Encode(T? state) => EncodedState.Unpooled(serializer.Serialize(state).ToMemory());

        public override T? Decode(ReadOnlySpan<byte> bytes)
        {
            try
            {
                return serializer.Deserialize<T>(new BinaryData(bytes.ToArray()));
            }
            catch (JsonException exception)
            {
                throw new CorruptStateException($"The stored bytes make no {typeof(T).Name}: {exception.Message}", exception);
            }
        }
    }
}
