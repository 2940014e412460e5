using System.Buffers;
using Orleans.Serialization.Buffers;
using Orleans.Serialization.Cloning;
using Orleans.Serialization.Codecs;
using Orleans.Serialization.WireProtocol;
using OrleansLb.Otlp;
using OrleansLb.Otlp.Memory;

namespace OrleansLb.Grains.Exporting.Messages;

/// <summary>The bytes of a payload where it crosses a network: sent from where they are, received into memory of the pool.</summary>
[Immutable]
public readonly struct PayloadBytes
{
    private readonly ReadOnlyMemory<byte> _sent;
    private readonly PayloadBuffer? _received;
    private readonly int _length;

    internal PayloadBytes(ReadOnlyMemory<byte> sent)
    {
        _sent = sent;
        _length = sent.Length;
    }

    internal PayloadBytes(PayloadBuffer received, int length)
    {
        _received = received;
        _length = length;
    }

    internal ReadOnlySpan<byte> Span => _received is null ? _sent.Span : _received.Message.Span[.._length];

    /// <summary>The payload that was received; once.</summary>
    internal Payload Receive(ContentCoding coding) => _received is null ? Payload.CopyOf(_sent.Span, coding) : _received.SealReceived(_length, coding);
}

/// <summary>Reads into memory of the pool, which is on the account of the process, and writes as any bytes are written, so that older silos understand it.</summary>
/// <param name="pool">The process's pool.</param>
[RegisterSerializer]
public sealed class PayloadBytesCodec(PayloadPool pool) : IFieldCodec<PayloadBytes>
{
    /// <inheritdoc/>
    public void WriteField<TBufferWriter>(ref Writer<TBufferWriter> writer, uint fieldIdDelta, Type? expectedType, PayloadBytes value)
        where TBufferWriter : IBufferWriter<byte>
    {
        // counted among the objects of the message, as bytes are
        ReferenceCodec.MarkValueField(writer.Session);
        writer.WriteFieldHeader(fieldIdDelta, typeof(ReadOnlyMemory<byte>), typeof(ReadOnlyMemory<byte>), WireType.LengthPrefixed);
        var bytes = value.Span;
        writer.WriteVarUInt32((uint)bytes.Length);
        writer.Write(bytes);
    }

    /// <inheritdoc/>
    public PayloadBytes ReadValue<TInput>(ref Reader<TInput> reader, Field field)
    {
        ReferenceCodec.MarkValueField(reader.Session);
        field.EnsureWireType(WireType.LengthPrefixed);
        int length = checked((int)reader.ReadVarUInt32());
        var buffer = pool.Rent(length);
        reader.ReadBytes(buffer.Message.Span[..length]);
        return new PayloadBytes(buffer, length);
    }
}

/// <summary>They do not change.</summary>
[RegisterCopier]
public sealed class PayloadBytesCopier : IDeepCopier<PayloadBytes>
{
    /// <inheritdoc/>
    public PayloadBytes DeepCopy(PayloadBytes input, CopyContext context) => input;
}
