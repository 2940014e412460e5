using OrleansLb.Grains.Exporting.Messages;
using OrleansLb.Otlp;
using OrleansLb.Otlp.Memory;

namespace OrleansLb.Grains.Tests.Durability;

/// <summary>Parts that no pool counts.</summary>
internal static class Payloads
{
    public static ExportPart Of(int number) => new() { Signal = Signal.Logs, ItemCount = number, Payload = Payload.CopyOf(BitConverter.GetBytes(number)) };
}
