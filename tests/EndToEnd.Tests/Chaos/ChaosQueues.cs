namespace OrleansLb.EndToEnd.Tests.Chaos;

/// <summary>Which queues there are; in the durable scenario the first one on a request's way is stored.</summary>
internal enum ChaosQueues
{
    /// <summary>Those of the ring slots.</summary>
    OfSlots,

    /// <summary>One in front of the split as well, and a request moves from one to the other.</summary>
    OfBothLevels,

    /// <summary>The one in front keeps what it has until the ring slots, whose queues are in memory, have delivered it.</summary>
    InFrontOfMemory,
}
