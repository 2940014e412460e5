using OrleansLb.Otlp.Memory;

namespace OrleansLb.Grains.Exporting.Messages;

/// <summary>Lets payloads travel between silos; within one silo the immutable part is handed over as it is.</summary>
[RegisterConverter]
public sealed class PayloadConverter : IConverter<Payload, PayloadSurrogate>
{
    /// <inheritdoc/>
    public Payload ConvertFromSurrogate(in PayloadSurrogate surrogate) => Payload.CopyOf(surrogate.Message.Span, surrogate.Coding);

    /// <inheritdoc/>
    public PayloadSurrogate ConvertToSurrogate(in Payload value) => new() { Message = value.Message, Coding = value.Coding };
}
