using OrleansLb.Grains.Exporting.Messages;

namespace OrleansLb.Grains.Exporting.Queueing;

/// <summary>Take what a queue that ends has accepted and not sent.</summary>
internal interface IPartHeirs
{
    /// <summary>Offers a part.</summary>
    /// <param name="part">The part, whose payload stays with whoever offers it.</param>
    /// <param name="slot">Its ring slot; of no meaning to queues before the split.</param>
    /// <returns>Whether somebody has it now.</returns>
    ValueTask<bool> Take(ExportPart part, int slot);

    /// <summary>Leaves a part to an heir that takes everything, later and without being asked.</summary>
    /// <returns>False when there is none of that kind.</returns>
    bool TryLeave(ExportPart part, int slot);
}
