using System.Buffers.Binary;
using OrleansLb.Otlp.Splitting;

namespace OrleansLb.Micro.Splitting;

/// <summary>The cheapest router there is, so that the figures are the splitter's own.</summary>
internal sealed class ModuloRouter(int slots) : IKeyRouter
{
    public int SlotLimit => slots;

    public int SlotOf(ReadOnlySpan<byte> routingIdentifier) => routingIdentifier.Length >= 4
        ? (int)(BinaryPrimitives.ReadUInt32LittleEndian(routingIdentifier[^4..]) % (uint)slots)
        : 0;
}
