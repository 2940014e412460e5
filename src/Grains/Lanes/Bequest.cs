using OrleansLb.Grains.Exporting.Messages;
using OrleansLb.Grains.Exporting.Queueing;

namespace OrleansLb.Grains.Lanes;

/// <summary>What an activation leaves to the next one of its grain, since its silo goes on: everything, and at once. It has a reference to each payload.</summary>
internal sealed class Bequest : IPartHeirs
{
    private readonly List<(ExportPart Part, int Slot)> _parts = [];

    public IReadOnlyList<(ExportPart Part, int Slot)> Parts => _parts;

    public ValueTask<bool> Take(ExportPart part, int slot) => new(TryLeave(part, slot));

    public bool TryLeave(ExportPart part, int slot)
    {
        part.Payload.Retain();
        _parts.Add((part with { AwaitsDelivery = false }, slot));
        return true;
    }
}
