using OrleansLb.Otlp.Memory;

namespace OrleansLb.Grains.Exporting.Messages;

/// <summary>Lets payloads travel between silos; within one silo the immutable part is handed over as it is.</summary>
[RegisterConverter]
public sealed class PayloadConverter : IConverter<Payload, PayloadSurrogate>
{
    /// <inheritdoc/>
    public Payload ConvertFromSurrogate(in PayloadSurrogate surrogate) => surrogate.Message.Receive(surrogate.Coding);

    /// <inheritdoc/>
    public PayloadSurrogate ConvertToSurrogate(in Payload value) => new() { Message = new PayloadBytes(value.Message), Coding = value.Coding };
}
